"""Which words of a question ask for a sum, a comparison, an order, and which mean the same?

English first; German, French, Spanish and Italian where a word says it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from engine.columns import stems
from engine.table_plan import Comparison, Operator

OPERATORS: dict[Operator, str] = {
    Operator.DISTINCT: (
        r"(?:how many|number of|count of|count)(?: of)?(?: the)? (?:different|distinct|unique)"
        r"|wie ?viele (?:verschiedene|unterschiedliche)|combien de \w+ diff[ée]rents"
        r"|cu[áa]nt[oa]s \w+ (?:diferentes|distint[oa]s)|quant[ie] \w+ divers[ie]"
    ),
    Operator.COUNT: (
        r"how many|(?:the |^)number of|^count(?: of| the)?|how often|wie ?viele"
        r"|anzahl(?: der)?|combien d[e']|nombre d[e']|cu[áa]nt[oa]s"
        r"|n[úu]mero de|quant[ie]|numero d[ie]"
    ),
    Operator.MEAN: (
        r"on average|averages?|mean|avg|typical|im durchschnitt|im mittel|durchschnittlich\w*"
        r"|durchschnitt|mittelwert|moyenn?e?s?|en moyenne|promedio|media|in media|medi[oa]"
    ),
    Operator.SUM: (
        r"how much|totals?|sum(?: up)?(?: of)?|combined|altogether|in all|overall|aggregate"
        r"|added up|add up|all together|together|wie ?viel|insgesamt|summe|gesamt\w*|somme|au total"
        r"|combien|suma(?:n)?|en total|cu[áa]nto|somma|in totale|totale|quanto"
    ),
}
"""The one that stands first; the highest and the lowest are in `SUPERLATIVES`."""

SUPERLATIVES: dict[bool, str] = {
    True: (
        r"highest|largest|biggest|greatest|maximum|max|most|top|longest|heaviest|latest|newest"
        r"|most recent|last|best|dearest|priciest|youngest|tallest|höchste\w*|größte\w*|meisten?"
        r"|teuerste\w*|maximale?\w*|plus (?:grande?|haute?|[ée]lev[ée]e?|ch[eè]re?)|maximum"
        r"|(?:m[áa]s|più) (?:alt[oa]|grande|car[oa])|mayor|maggiore|massim[oa]|m[áa]xim[oa]"
    ),
    False: (
        r"lowest|smallest|least|minimum|min|fewest|cheapest|shortest|lightest|earliest|oldest"
        r"|first|worst|bottom|niedrigste\w*|kleinste\w*|wenigsten?|billigste\w*|günstigste\w*"
        r"|minimale?\w*|plus (?:petite?|basse?|faible)|moins ch[eè]re?"
        r"|(?:m[áa]s|più) (?:baj[oa]|bass[oa]|pequeñ[oa]|piccol[oa])|menor|minore|minim[oa]"
        r"|m[íi]nim[oa]|barat[oa]"
    ),
}
FLOWS = (
    r"expens(?:es|e)|expenditures?|spending|turnover|takings|payroll|wage bill|sales"
    r"|revenues?|income|ausgaben|umsatz|dépenses|chiffre d'affaires|gastos|ventas|spese|ricavi"
)
"""What is summed up where nothing else is said."""

MANY = (
    r"list|all|which|who|whose|names?|every|each|what are|what were|welche\w*|quels|quelles|cuáles"
    r"|quali"
)
"""What asks for several values."""

MEANT_COLUMN = {
    "expensive": "price cost", "cheapest": "price cost", "dearest": "price cost",
    "priciest": "price cost", "teuer": "preis", "latest": "date", "newest": "date",
    "recent": "date", "earliest": "date", "oldest": "date", "longest": "length duration days",
    "heaviest": "weight", "lightest": "weight", "youngest": "birth age", "tallest": "height",
    "paid": "salary pay price", "cost": "cost price", "when": "date", "billigste": "preis",
    "günstigste": "preis", "caro": "precio", "cher": "prix",
}  # fmt: skip
"""What is compared where a word says it without naming it."""

COMPARISONS: tuple[tuple[Comparison, str], ...] = (
    (
        Comparison.AT_LEAST,
        r"at least|no(?:t)? (?:less|fewer) than|a minimum of|minimum of|since|from|starting|>=|≥"
        r"|mindestens|ab|au moins|depuis|al menos|desde|almeno|a partire da",
    ),
    (
        Comparison.AT_MOST,
        r"at most|no(?:t)? more than|up to|a maximum of|maximum of|until|till|through|<=|≤"
        r"|höchstens|bis(?: zu)?|au plus|jusqu'[àa]|como m[áa]ximo|hasta|al massimo|fino a",
    ),
    (
        Comparison.OVER,
        r"over|above|more than|greater than|higher than|larger than|bigger than|exceed(?:s|ed)?"
        r"|exceeding|in excess of|beyond|better than|after|later than|>|über|mehr als|größer als"
        r"|höher als"
        r"|nach|plus d[e']|sup[ée]rieure?s? [àa]|apr[èe]s|m[áa]s de|mayor(?:es)? (?:a|que|de)"
        r"|superior(?:es)? a|despu[ée]s del?|più di|superior[ei] a|oltre|maggior[ei] di|dopo",
    ),
    (
        Comparison.UNDER,
        r"under|below|less than|fewer than|lower than|smaller than|cheaper than|beneath|before"
        r"|earlier than|prior to|<|unter|weniger als|kleiner als|niedriger als|vor|moins d[e']"
        r"|inf[ée]rieure?s? [àa]|avant|menos de|menor(?:es)? (?:a|que|de)"
        r"|inferior(?:es)? a|antes del?|meno di|inferior[ei] a|minor[ei] di|prima d[ei]l?",
    ),
)
AFTERWARDS: tuple[tuple[Comparison, str], ...] = (
    (
        Comparison.AT_LEAST,
        r"(?:units? )?(?:or|and) (?:more|above|over|later|higher)|oder mehr|ou plus|o más|o più",
    ),
    (
        Comparison.AT_MOST,
        r"(?:units? )?(?:or|and) (?:less|fewer|below|under|earlier|lower)|oder weniger|ou moins",
    ),
)
BETWEEN = r"between|from|zwischen|von|entre|de|desde|tra|fra|da|dal"
AND = r"and|to|through|und|bis|et|[àa]|y|hasta|e|ed|al|until|till|-|–"
NOT = (
    r"not|except(?: for)?|excluding|other than|apart from|outside|without"
    r"|nicht|außer|ohne|sauf|hors|excepto|salvo|tranne|escluso"
)
EACH = (
    r"(?:for |in |of )?(?:each|every)|per|by|broken down by|grouped by|pro|je|nach|par|por|per ogni"
)

_GRAMMAR = """
a all also am an and any are as at be been being but by can could did do does each ever every
for from get give given had has have having he her his how i if in into is it its just list me
must my name named no not of off on one only or our out per please s shall she should show so
some still such tell than that the their them then there these they this those to up was we were
what when where which while who whom whose why will with within would you your during total
overall either both whole entire about across among amongst via stand stands belong belongs come
comes came state states stated find found recorded listed made make makes exist exists contain
contains appear appears happen happened take took place us figure figures number numbers
amounting year years month months day days quarter quarters period time times work works worked
working live lives lived store stored keep kept hold held holds placed close closed order
ordered book booked post posted buy buys bought deliver delivers delivered ship shipped occur
occurred enter entered issue issued report reported register registered include included
including involve involved concern concerning regarding relate related currently now today
together need needs know worth everything anything something nothing everyone everybody over
under above below between after before since until more less der die das den dem des ein eine
einen einer eines und oder im auf aus bei für mit von vom zu zum zur ist sind war waren wurde
wurden wird hat haben hatte es wie wer welche welcher welches welchen alle aller allen gibt gab
le la les l un une de du d et ou à au aux en dans pour par sur est sont était étaient ont quel
quelle quels quelles qui que combien tous toutes y il el los las unos unas del al o con para por
son era fue hay qué cuál cuáles quién todos todas se su lo gli uno della delle dei degli nel
nella nei e è sono erano ci quale quali chi tutti tutte
"""
GRAMMAR = frozenset(_GRAMMAR.split())

_ROW_NOUNS = """
row rows record records entry entries item items line lines transaction transactions order
orders sale sales case cases table sheet workbook file document ledger log register inventory
data booking value bookings posting postings purchase purchases people person persons thing
things article articles product products employee employees worker workers customer customers
invoice invoices payment payments values movement movements shipment shipments deal deals staff
member members zeilen einträge buchungen artikel lignes écritures filas registros righe
mitarbeiter employés empleados company business firm
"""
ROW_NOUNS = frozenset(_ROW_NOUNS.split())

_SYNONYMS = """
price cost rate charge preis prix precio prezzo
amount value sum total sales revenue turnover betrag montant importe importo umsatz proceeds
sales sold sell revenue turnover takings income proceeds earned brought umsatz ventes ventas vendite
cost expense expenditure spend spent spending paid pay ausgaben kosten coût gasto costo spesa
salary pay wage wages earn earnings compensation remuneration paid gehalt salaire sueldo stipendio
quantity units unit pieces qty volume stock sold menge anzahl quantité cantidad quantità pcs
stock inventory hand available onhand bestand lager left
employee staff person people worker name member colleague mitarbeiter employé empleado who
name who person employee customer
customer client buyer account kunde cliente purchaser
supplier vendor seller lieferant fournisseur proveedor fornitore manufacturer
city town place location site office ort stadt ville ciudad città where
country land nation pays país paese
region area territory zone district where
department dept team division unit abteilung service departamento reparto
category type kind class group line kategorie catégorie categoría categoria
product item article goods sku produkt artikel produit producto prodotto
date day when datum fecha data booked dated on
hired hire joined start started joining begin employed eintritt
status state condition
age old older years alter âge edad età
hours time duration
discount rebate reduction rabatt remise
tax vat mwst tva iva
profit margin gain earnings gewinn
weight kg heavy gewicht poids
id number no code reference ref identifier
description text memo note details purpose
account konto compte cuenta conto
debit charge out expense expenditure spend spent spending cost amount
credit
balance saldo solde
job title position role occupation
rep representative salesperson agent seller
warehouse depot storage lager location where stored
headcount employees people staff
reorder minimum threshold
tenure seniority years
rating score grade
"""


@functools.cache
def synonyms() -> dict[str, frozenset[str]]:
    """Stems that may be meant by a stem, by the groups that it stands in."""
    found: dict[str, set[str]] = {}
    for line in _SYNONYMS.strip().splitlines():
        group = stems(line)
        for stem in group:
            found.setdefault(stem, set()).update(group - {stem})
    return {stem: frozenset(others) for stem, others in found.items()}


@functools.cache
def pattern(words: str) -> re.Pattern[str]:
    """Any of some alternatives as whole words."""
    return re.compile(rf"(?<![\w.,])(?:{words})(?![\w])", re.IGNORECASE)


def comparisons_in(text: str) -> Iterator[tuple[int, int, Comparison, bool]]:
    """Start, stop, which, and whether it stands behind what is compared with."""
    for is_after, table in ((False, COMPARISONS), (True, AFTERWARDS)):
        for comparison, words in table:
            for match in pattern(words).finditer(text):
                yield match.start(), match.end(), comparison, is_after
