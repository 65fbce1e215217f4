"""With what do patients come to a hospital, and what is done about it?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    department: str
    diagnosis: str
    procedure: str  # empty where nothing was done
    history: str
    course: str


CASES = (
    Case("Trauma Surgery", "fracture of the neck of the left femur",
         "hemiarthroplasty of the left hip",
         "was brought in after a fall at home with pain in the groin and a shortened leg",
         "Mobilisation with a walking frame began on the first day after surgery."),
    Case("General Surgery", "acute inflammation of the gallbladder",
         "laparoscopic removal of the gallbladder",
         "reported pain in the right upper abdomen for two days, with fever and vomiting",
         "The wounds healed without irritation and solid food was tolerated."),
    Case("General Surgery", "perforated appendicitis", "laparoscopic appendectomy",
         "presented with pain in the right lower abdomen that had come on overnight",
         "Antibiotics were given for five days, and the drain was removed in time."),
    Case("Internal Medicine", "community-acquired pneumonia of the right lower lobe", "",
         "had been coughing for a week and had become short of breath on the stairs",
         "Under antibiotics the fever fell and oxygen was no longer needed."),
    Case("Cardiology", "decompensated heart failure", "",
         "reported swollen legs and breathlessness when lying flat",
         "With diuretics given into the vein the oedema went back steadily."),
    Case("Cardiology", "anterior wall myocardial infarction",
         "stenting of the left anterior descending artery",
         "was admitted by the rescue service with chest pain radiating to the left arm",
         "After two days of monitoring the patient moved to the normal ward."),
    Case("Neurology", "ischaemic stroke in the left middle cerebral artery", "",
         "was found with a drooping mouth and weakness of the right arm",
         "Speech improved under daily therapy; swallowing was safe from the third day."),
    Case("Urology", "stone of the right ureter", "removal of a ureteral stone by endoscopy",
         "came with colicky pain in the flank that did not yield to tablets at home",
         "After the intervention the patient was free of pain, and urine was clear."),
    Case("Orthopaedics", "advanced arthrosis of the right knee", "total replacement of the knee",
         "had suffered for years from pain on walking and at night",
         "At the end the knee could be bent to ninety degrees and stairs were managed."),
    Case("Gastroenterology", "bleeding ulcer of the duodenum", "endoscopic clipping of the ulcer",
         "had noticed black stools and felt faint on getting up",
         "There was no further bleeding; the control endoscopy was without finding."),
)  # fmt: skip
_SECONDARY = (
    "arterial hypertension|type 2 diabetes|atrial fibrillation|hypothyroidism|osteoporosis|"
    "chronic kidney disease stage 3|COPD|gout|migraine|obesity|coronary heart disease|glaucoma|"
    "varicose veins|iron deficiency anaemia|sleep apnoea|psoriasis"
)
SECONDARY = _SECONDARY.split("|")
_ALLERGENS = (
    "penicillin|iodine contrast medium|latex|nickel|diclofenac|sulphonamides|bee venom|"
    "metamizole|adhesive plaster|peanuts"
)
ALLERGENS = _ALLERGENS.split("|")
_MEDICINES = (
    "Ramipril 5 mg|Bisoprolol 2.5 mg|Pantoprazole 40 mg|Metformin 1000 mg|Torasemide 10 mg|"
    "Atorvastatin 20 mg|Levothyroxine 75 µg|Amlodipine 5 mg|Paracetamol 500 mg|Allopurinol 100 mg|"
    "Candesartan 8 mg|Spironolactone 25 mg|Novaminsulfone 500 mg|Citalopram 20 mg|Furosemide 40 mg|"
    "Ibuprofen 400 mg|Hydrochlorothiazide 12.5 mg|Simvastatin 40 mg|Tamsulosin 0.4 mg"
)
MEDICINES = _MEDICINES.split("|")
