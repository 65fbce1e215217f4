"""What is asked of an agreement on confidential information?"""

from __future__ import annotations

from evals.generated.field import DATE, STRING, STRINGS, field, own

FIELDS = (
    field(
        "party",
        STRINGS,
        "Names of the parties",
        "Parties",
        "Who are the parties to the agreement?",
        "Between whom was the agreement made?",
        "Which companies or people entered into the agreement?",
        "Contracting parties by name",
    ),
    field(
        "effective_date",
        DATE,
        "Effective date",
        "Date of the agreement",
        "When does the agreement take effect?",
        "As of which day are the parties bound?",
        "On what day was the agreement made?",
    ),
    field(
        "jurisdiction",
        STRING,
        "Governing law",
        "State whose law governs the agreement",
        "Which jurisdiction's law governs the agreement?",
        "Under the laws of which state or country is it to be read?",
        "Jurisdiction whose law applies",
    ),
    field(
        "term",
        STRING,
        "Term of the agreement",
        "How long does the agreement last?",
        "Duration of the duties under the agreement",
        "For what period are the parties bound?",
        "Length of time for which the agreement is in force",
    ),
    field(
        "venue",
        STRING,
        "Place of the courts that hear disputes",
        "Where must suits be brought?",
        "Forum for legal proceedings",
    ),
    own(
        "non_solicitation",
        STRING,
        "Period of non-solicitation of employees",
        "For how long may the other side's staff not be hired away?",
        "How long must employees not be approached?",
    ),
    own(
        "return_period",
        STRING,
        "Time for the return of materials",
        "Within what time must documents be given back or destroyed?",
        "How soon after a request are materials to be returned?",
    ),
    own(
        "purpose",
        STRING,
        "Purpose of the disclosure",
        "Why is the information exchanged?",
        "For what may the information be used?",
    ),
    own(
        "copies_allowed",
        STRING,
        "Number of copies that may be made",
        "How many copies of the material are allowed?",
        "Limit on copying",
    ),
    own(
        "standstill",
        STRING,
        "Standstill period",
        "For how long may no shares of the other side be bought?",
        "How long is the purchase of securities barred?",
    ),
    own(
        "injunction_bond",
        STRING,
        "Bond for an injunction",
        "Which security must be posted for injunctive relief?",
        "Amount of the bond in court",
    ),
)
