"""What can be asked of commercial papers of whatever kind, and in which words?"""

from __future__ import annotations

from collections.abc import Mapping

from evals.generated.field import DATE, NUMBER, STRING, Field, choice

INCOTERMS: Mapping[str, str] = {
    "EXW": "Ex Works",
    "FCA": "Free Carrier",
    "CPT": "Carriage Paid To",
    "CIP": "Carriage and Insurance Paid To",
    "DAP": "Delivered at Place",
    "DDP": "Delivered Duty Paid",
    "FOB": "Free on Board",
    "CIF": "Cost, Insurance and Freight",
}
_WORDS = {
    "number": "Number of the {paper};{Paper} number;Under which number was the {paper} issued?",
    "date": "Issue date of the {paper};Date of the {paper};On which day was the {paper} issued?",
    "due_date": "Payment due date;Date by which payment is due;Until when can be paid?",
    "delivery_date": "Date of delivery;Delivery date;On which day were goods or services supplied?",
    "order_date": "Date of the order;Order date;On which day was the order placed?",
    "order_number": "Order number;Number of the purchase order;Order the {paper} belongs to",
    "customer_number": "Customer number;Account number of the buyer;Number by which the seller "
    "knows the buyer",
    "project_number": "Project number;Number of the project;Which project is it for?",
    "contract_number": "Contract number;Reference of the contract;Underlying agreement's number",
    "quotation_number": "Number of the quotation;Quotation reference;Which quote does it follow?",
    "delivery_note_number": "Delivery note number;Number of the delivery note;Dispatch note's "
    "number",
    "tracking_number": "Tracking number;Consignment or waybill number;Number to follow the parcel",
    "original_invoice": "Number of the invoice that is corrected;Original invoice number;Which "
    "invoice does the credit relate to?",
    "original_date": "Date of the invoice that is corrected;Original invoice date;When was the "
    "corrected invoice issued?",
    "payment_reference": "Payment reference;Reference to quote with the transfer;Which reference "
    "must the payment bear?",
    "payment_method": "Payment method;How is it paid?;Means of payment",
    "payment_terms": "Agreed terms of payment;Payment term;How long may the buyer take to pay?",
    "delivery_terms": "Delivery terms;Agreed terms of delivery with place;Incoterm and place",
    "iban": "IBAN of the seller;Bank account number (IBAN);Account to pay to",
    "bic": "BIC of the bank;SWIFT code;BIC / SWIFT code of the seller's bank",
    "bank": "Name of the bank;Bank;At which bank is the account held?",
    "delivery_address": "Address the goods go to;Delivery address;Place the goods were sent to",
    "reason": "Reason for the credit;Why is a credit given?;Cause of the correction",
    "carrier": "Carrier;Who carries the goods?;Forwarding company",
}  # fmt: skip
_AMOUNTS = {
    "net_amount": "Net amount;Total without tax;Amount before VAT;Subtotal excluding tax",
    "tax_amount": "Tax amount;Amount of VAT;How much tax is included, as an amount?;Total tax",
    "tax_rate": "Tax rate;VAT rate in percent;Percentage at which VAT is charged;Rate of tax (%)",
    "gross_amount": "Total including tax;Gross amount;Amount with VAT;Total of the {paper}",
    "discount": "Discount amount;Amount taken off as a discount;How much discount was given?",
    "freight": "Shipping charge;Cost of freight;How much is charged for shipping?",
    "amount_paid": "Amount already paid;Sum paid so far;How much has been paid?",
    "balance_due": "Balance due;Amount still to be paid;What remains to be paid?",
    "gross_weight": "Gross weight in kg;Total weight with packaging;Weight of the shipment, gross",
    "net_weight": "Net weight in kg;Weight without packaging;Weight of the goods alone",
    "packages": "Number of packages;How many parcels or pallets are there?;Count of packages",
}
_SCHEMAS = {
    **{name: DATE if name.endswith("date") else STRING for name in _WORDS},
    **dict.fromkeys(_AMOUNTS, NUMBER),
    "incoterm": choice(*INCOTERMS),
}
_OWN = {"bic", "tracking_number", "original_invoice"}


def paper_fields(paper: str, *names: str) -> tuple[Field, ...]:
    """Of a paper that is called, say, "invoice"."""
    return tuple(
        Field(name, _SCHEMAS[name], _wordings(paper, name), is_own=name in _OWN) for name in names
    )


def _wordings(paper: str, name: str) -> tuple[str, ...]:
    if name == "incoterm":
        return ("Incoterm", "Incoterms code (three letters)", "Which Incoterm is agreed?")
    words = {**_WORDS, **_AMOUNTS}[name].format(paper=paper, Paper=paper.capitalize())
    return tuple(words.split(";"))
