"""What are the parts of commercial papers called, in the languages they come in?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from babel.dates import get_month_names

TONGUES: Mapping[str, str] = {"de": "de", "ch": "de", "fr": "fr", "nl": "nl"}
"""The language of a country, where labels may be written in it."""

_TABLE = """
number:
  Invoice No.; Invoice number; Invoice #; Inv. no.; Document no.; No.
  Rechnungsnummer; Rechnungs-Nr.; Rechnung Nr.
  Facture n°; N° de facture; Numéro de facture
  Factuurnummer; Factuurnr.
credit:
  Credit note no.; Credit memo #; Credit No.
  Gutschriftsnummer; Gutschrift Nr.
  Avoir n°; N° d'avoir
  Creditnotanummer; Creditnota nr.
receipt:
  Receipt no.; Receipt #; Transaction; Ticket no.
  Beleg-Nr.; Bon-Nr.
  Ticket n°; Reçu n°
  Bonnummer; Kassabon nr.
note:
  Delivery note no.; Delivery note; DN no.; Dispatch note
  Lieferschein-Nr.; Lieferschein
  Bon de livraison n°; BL n°
  Pakbonnummer; Pakbon
booking:
  Booking number; Booking no.; Confirmation no.; Reservation ID
  Buchungsnummer; Reservierungsnr.
  N° de réservation; Réservation
  Boekingsnummer; Reserveringsnr.
date:
  Date; Invoice date; Date of issue; Issued on
  Datum; Rechnungsdatum; Ausgestellt am
  Date; Date de facture; Date d'émission
  Datum; Factuurdatum
issued:
  Date; Date of issue; Issued on; Issued
  Datum; Ausgestellt am
  Date; Date d'émission
  Datum; Opgesteld op
due:
  Due date; Payment due; Pay by; Due
  Fällig am; Zahlbar bis; Fälligkeit
  Échéance; Date d'échéance; À payer avant le
  Vervaldatum; Te betalen voor
delivery:
  Delivery date; Date of supply; Delivered on; Supply date
  Lieferdatum; Leistungsdatum
  Date de livraison; Livré le
  Leverdatum; Geleverd op
order_date:
  Order date; Ordered on
  Bestelldatum; Bestellt am
  Date de commande
  Besteldatum
order:
  Order no.; PO number; Your order; Purchase order; P.O. #
  Bestellnummer; Ihre Bestellung; Auftrags-Nr.
  N° de commande; Votre commande
  Bestelnummer; Uw order
customer:
  Customer no.; Account no.; Client ID; Customer ID
  Kundennummer; Kunden-Nr.
  N° client; Code client
  Klantnummer; Debiteurnr.
project:
  Project no.; Project; Job no.
  Projektnummer; Projekt-Nr.
  N° de projet; Affaire
  Projectnummer
contract:
  Contract no.; Contract ref.; Agreement no.
  Vertragsnummer; Vertrags-Nr.
  N° de contrat; Contrat
  Contractnummer
offer:
  Quotation no.; Quote ref.
  Angebots-Nr.; Angebot
  Devis n°
  Offertenummer
tracking:
  Tracking no.; Consignment no.; Waybill
  Sendungsnummer; Frachtbrief-Nr.
  N° de suivi
  Zendingsnummer
original:
  Invoice corrected; Original invoice; Relates to invoice; Ref. invoice
  Zu Rechnung; Bezug Rechnung
  Facture d'origine; Réf. facture
  Betreft factuur
payment_ref:
  Payment reference; Please quote; Reference for payment; Remittance ref.
  Verwendungszweck; Zahlungsreferenz
  Référence de paiement; Réf. à rappeler
  Betalingskenmerk; O.v.v.
method:
  Payment method; Paid by; Payment by; Mode of payment
  Zahlungsart; Zahlungsweise
  Mode de paiement; Règlement par
  Betaalwijze; Betaald met
terms:
  Payment terms; Terms of payment; Terms
  Zahlungsbedingungen; Zahlungsziel
  Conditions de paiement
  Betalingsvoorwaarden; Betaaltermijn
shipping_terms:
  Delivery terms; Incoterms; Terms of delivery; Shipping terms
  Lieferbedingungen; Lieferung
  Conditions de livraison; Incoterm
  Leveringsvoorwaarden
contact:
  Contact; Your contact; Handled by; Account manager
  Ansprechpartner; Sachbearbeiter
  Contact; Votre interlocuteur
  Contactpersoon
net:
  Subtotal; Net amount; Total net; Total excl. VAT; Taxable amount
  Nettobetrag; Zwischensumme; Summe netto
  Total HT; Montant HT; Sous-total
  Subtotaal; Totaal excl. btw
tax:
  VAT; Tax; VAT amount; GST
  MwSt.; USt.; zzgl. MwSt.
  TVA; Montant TVA
  BTW; Btw-bedrag
gross:
  Total; Grand total; Total incl. VAT; Invoice total; Total gross
  Gesamtbetrag; Bruttobetrag; Rechnungsbetrag
  Total TTC; Montant TTC
  Totaal; Totaal incl. btw
discount:
  Discount; Less discount; Rebate
  Rabatt; Nachlass
  Remise
  Korting
freight:
  Shipping; Freight; Carriage; Postage & packing
  Versandkosten; Fracht
  Frais de port; Port
  Verzendkosten
paid:
  Amount paid; Paid; Payments received; Less deposit
  Bereits bezahlt; Anzahlung; Gezahlt
  Acompte versé; Déjà payé
  Reeds betaald; Aanbetaling
balance:
  Balance due; Amount due; Outstanding; Still to pay
  Restbetrag; Offener Betrag; Zu zahlen
  Reste à payer; Net à payer
  Openstaand; Te betalen
phone:
  Tel.; Phone; T; Telephone
  Tel.; Telefon; Fon
  Tél.; Téléphone
  Tel.; Telefoon
email:
  E-mail; Email; E; Mail
  E-Mail; Mail
  E-mail; Courriel
  E-mail; Mail
website:
  Web; Website; W; Internet
  Web; Internet
  Site; Web
  Web; Website
bank:
  Bank; Bankers; Bank name
  Bank; Kreditinstitut
  Banque
  Bank
iban:
  IBAN; IBAN; Account (IBAN)
  IBAN
  IBAN
  IBAN
bic:
  BIC; SWIFT; SWIFT/BIC; BIC code
  BIC; BIC/SWIFT
  BIC; Code BIC
  BIC; BIC/SWIFT
bill_to:
  Bill to; Invoice to; Customer; Sold to; Buyer
  Rechnungsempfänger; Kunde; Rechnungsadresse
  Client; Facturé à; Adresse de facturation
  Klant; Factuuradres
seller:
  From; Seller; Supplier; Issued by; Vendor
  Verkäufer; Lieferant; Rechnungssteller
  Vendeur; Fournisseur; Émetteur
  Leverancier; Verkoper
ship_to:
  Ship to; Deliver to; Delivery address
  Lieferadresse; Lieferanschrift
  Livré à; Adresse de livraison
  Afleveradres
item:
  Description; Item; Product / service
  Bezeichnung; Artikel; Beschreibung
  Désignation; Description
  Omschrijving; Artikel
reason:
  Reason; Reason for credit; Cause
  Grund; Anlass
  Motif
  Reden
hotel:
  Hotel; Property; Your accommodation
  Hotel; Unterkunft
  Hôtel; Établissement
  Hotel; Accommodatie
guest:
  Guest; Booked by; Guest details; Lead guest
  Gast; Gebucht von
  Client; Voyageur
  Gast; Geboekt door
agency:
  Booked through; Travel agency; Agent
  Gebucht über; Vermittler
  Agence
  Geboekt via
agency_ref:
  Agency reference; Agent ref.; Voucher no.
  Vorgangsnummer; Gutschein-Nr.
  Réf. agence
  Referentie reisbureau
pin:
  PIN code; PIN; Access code
  PIN-Code
  Code PIN
  Pincode
check_in:
  Check-in; Arrival; Arrival date; From
  Anreise; Check-in
  Arrivée
  Aankomst; Inchecken
check_out:
  Check-out; Departure; Departure date; Until
  Abreise; Check-out
  Départ
  Vertrek; Uitchecken
booked_on:
  Booked on; Booking date; Date of booking
  Gebucht am; Buchungsdatum
  Réservé le
  Geboekt op
cancel_by:
  Free cancellation until; Cancel by
  Kostenlose Stornierung bis
  Annulation gratuite jusqu'au
  Gratis annuleren tot
nights:
  Nights; Number of nights
  Nächte; Anzahl Nächte
  Nuits
  Nachten
guests:
  Guests; Adults; Number of guests
  Gäste; Personen
  Personnes; Adultes
  Gasten; Personen
room:
  Room type; Room; Category
  Zimmer; Zimmerkategorie
  Chambre; Type de chambre
  Kamer; Kamertype
board:
  Board; Meal plan; Meals
  Verpflegung
  Pension; Repas
  Verzorging
nightly:
  Rate per night; Nightly rate; Price per night
  Preis pro Nacht
  Prix par nuit
  Prijs per nacht
city_tax:
  City tax; Tourist tax
  Kurtaxe; Ortstaxe
  Taxe de séjour
  Toeristenbelasting
till:
  Till; Register; Terminal; POS
  Kasse
  Caisse
  Kassa
cashier:
  Cashier; Served by; Operator
  Bedient von; Kassierer
  Servi par
  Bediend door
card:
  Card; Card no.; Account
  Karte; Karten-Nr.
  Carte
  Kaart
approval:
  Auth code; Approval code; Authorisation
  Genehmigungs-Nr.
  Autorisation
  Autorisatiecode
tendered:
  Cash; Tendered; Amount given; Cash tendered
  Gegeben; Bar
  Espèces; Reçu
  Contant; Ontvangen
change:
  Change; Change due
  Rückgeld; Zurück
  Rendu; Monnaie
  Wisselgeld; Terug
carrier:
  Carrier; Forwarder; Shipped via
  Spediteur; Versand durch
  Transporteur
  Vervoerder
gross_weight:
  Gross weight; Total weight
  Bruttogewicht
  Poids brut
  Brutogewicht
net_weight:
  Net weight
  Nettogewicht
  Poids net
  Nettogewicht
packages:
  Packages; No. of packages; Parcels; Pallets
  Packstücke; Anzahl Pakete
  Colis
  Colli; Pakketten
batch:
  Batch; Lot no.; Serial no.
  Charge
  Lot
  Batchnr.
quantity:
  Quantity; Qty; Qty.
  Menge; Anzahl
  Quantité; Qté
  Aantal
price:
  Unit price; Price; Rate
  Einzelpreis; Preis
  Prix unitaire; P.U. HT
  Prijs; Stukprijs
amount:
  Amount; Line total; Total
  Betrag; Gesamt; Gesamtpreis
  Montant; Total
  Bedrag; Totaal
"""
_TITLES = {
    "invoice": {
        "en": ["Invoice", "INVOICE", "Tax Invoice", "Commercial Invoice", "Sales invoice"],
        "de": ["Rechnung", "RECHNUNG", "Rechnung / Invoice"],
        "fr": ["Facture", "FACTURE"],
        "nl": ["Factuur", "FACTUUR"],
    },
    "credit": {
        "en": ["Credit Note", "CREDIT NOTE", "Credit memo"],
        "de": ["Gutschrift", "Rechnungskorrektur"],
        "fr": ["Avoir", "Facture d'avoir"],
        "nl": ["Creditnota", "Creditfactuur"],
    },
    "receipt": {
        "en": ["Receipt", "SALES RECEIPT", "Customer copy", "Thank you for shopping with us"],
        "de": ["Quittung", "Kassenbon", "Beleg"],
        "fr": ["Reçu", "Ticket de caisse"],
        "nl": ["Kassabon", "Bon"],
    },
    "note": {
        "en": ["Delivery Note", "DELIVERY NOTE", "Packing slip", "Dispatch note"],
        "de": ["Lieferschein", "LIEFERSCHEIN"],
        "fr": ["Bon de livraison", "BON DE LIVRAISON"],
        "nl": ["Pakbon", "Afleverbon"],
    },
    "booking": {
        "en": ["Booking confirmation", "Your reservation", "Hotel voucher", "Reservation details"],
        "de": ["Buchungsbestätigung", "Reservierungsbestätigung"],
        "fr": ["Confirmation de réservation"],
        "nl": ["Boekingsbevestiging"],
    },
}
MONTHS: Mapping[str, Sequence[str]] = {
    tongue: list(get_month_names("wide", locale=tongue).values()) for tongue in ("de", "fr", "nl")
}


def _parsed(table: str) -> dict[str, dict[str, list[str]]]:
    """A label's name, and below it its words in each of the tongues, a line each."""
    found = {}
    for name, told in re.findall(r"^(\w+):\n((?: .+\n)+)", table, re.MULTILINE):
        words = [[word.strip() for word in line.split(";")] for line in told.splitlines()]
        found[name] = dict(zip(("en", "de", "fr", "nl"), words, strict=True))
    return found


LABELS: Mapping[str, Mapping[str, Sequence[str]]] = _parsed(_TABLE)
TITLES: Mapping[str, Mapping[str, Sequence[str]]] = _TITLES
