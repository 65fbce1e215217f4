"""With which wordings, and no others, is the reading of questions about tables measured?"""

from __future__ import annotations

from evals.table_questions_wordings import Wording

WORDINGS: dict[str, tuple[Wording, ...]] = {
    "inventory": (
        Wording("Quantity held at {place}, all articles together", "sum", "quantity", ("place",)),
        Wording(
            "On average, what do we pay for {category} articles?", "mean", "price", ("category",)
        ),
        Wording("Count the articles bought from {partner}", "count", "", ("partner",)),
        Wording("Name the most expensive article", "list", "name", by="price"),
        Wording(
            "How many articles have a price above {price:number}?", "count", "", (), ("price", ">")
        ),
        Wording("Available stock of {name}", "list", "quantity", ("name",)),
        Wording(
            "Combined stock of {category} stored in {place}",
            "sum",
            "quantity",
            ("category", "place"),
        ),
        Wording("Which vendor do we buy {name} from?", "list", "partner", ("name",)),
        Wording("Number of different vendors", "distinct", "partner"),
        Wording("What is the cheapest price offered by {partner}?", "min", "price", ("partner",)),
        Wording(
            "How many articles were counted during {month}?", "count", "", (), ("date", "month")
        ),
        Wording(
            "Stock on hand of articles priced below {price:number}",
            "sum",
            "quantity",
            (),
            ("price", "<"),
        ),
    ),
    "sales": (
        Wording("Overall net amount for {place}", "sum", "amount", ("place",)),
        Wording(
            "How much did {partner} spend in {year}?",
            "sum",
            "amount",
            ("partner",),
            ("date", "year"),
        ),
        Wording("Mean net amount per order of {name}", "mean", "amount", ("name",)),
        Wording("How many deals were made by {person}?", "count", "", ("person",)),
        Wording(
            "Which territory brought in the most money in total?",
            "group",
            "amount",
            by="amount",
            group="place",
        ),
        Wording(
            "Pieces of {name} sold during {month}", "sum", "quantity", ("name",), ("date", "month")
        ),
        Wording("Net amount of order no. {id}", "list", "amount", ("id",)),
        Wording(
            "How many orders exceed {amount:number} in net amount?",
            "count",
            "",
            (),
            ("amount", ">"),
        ),
        Wording("Biggest net amount of any order by {partner}", "max", "amount", ("partner",)),
        Wording("Which client placed order {id}?", "list", "partner", ("id",)),
        Wording("Number of unique clients in {place}", "distinct", "partner", ("place",)),
        Wording(
            "Which salesperson sold the most pieces?",
            "group",
            "quantity",
            by="quantity",
            group="person",
        ),
    ),
    "ledger": (
        Wording("How much was booked on {category} altogether?", "sum", "amount", ("category",)),
        Wording("Spending of {place} in {year}", "sum", "amount", ("place",), ("date", "year")),
        Wording("How often was {partner} paid?", "count", "", ("partner",)),
        Wording("Mean amount booked to {category}", "mean", "amount", ("category",)),
        Wording("Highest amount paid to {partner}", "max", "amount", ("partner",)),
        Wording("What amount does document {id} show?", "list", "amount", ("id",)),
        Wording("Total tax in {month}", "sum", "credit", (), ("date", "month")),
        Wording("Number of bookings of {amount:number} or more", "count", "", (), ("amount", ">=")),
        Wording("Who is the payee of document {id}?", "list", "partner", ("id",)),
    ),
    "staff": (
        Wording("Headcount in {place}: number of employees", "count", "", ("place",)),
        Wording("Mean pay of the {category} team", "mean", "amount", ("category",)),
        Wording("What is {person} paid?", "list", "amount", ("person",)),
        Wording("Which employee is paid the most?", "list", "person", by="amount"),
        Wording("Payroll cost of {category}: total gross pay", "sum", "amount", ("category",)),
        Wording("In what role does {person} work?", "list", "title", ("person",)),
        Wording("How many employees joined in {year}?", "count", "", (), ("date", "year")),
        Wording(
            "How many employees are paid over {amount:number}?", "count", "", (), ("amount", ">")
        ),
        Wording("On what date did {person} join?", "list", "date", ("person",)),
        Wording("Which team has the most employees?", "group", "", group="category"),
        Wording("Top gross pay at {place}", "max", "amount", ("place",)),
        Wording(
            "Leave days of everyone with the role {title}, in total", "sum", "quantity", ("title",)
        ),
    ),
}

UNANSWERABLE: dict[str, tuple[str, ...]] = {
    "inventory": (
        "Combined stock stored in Wonderland",
        "Shelf life of {name}",
        "How many pallets does {partner} owe us?",
    ),
    "sales": (
        "How much did Umbrella Corp spend?",
        "Commission of {person} in {year}",
        "Return rate of {name}",
    ),
    "ledger": ("How much was booked on Spaceships altogether?", "Bank account of {partner}"),
    "staff": (
        "What is Zaphod Beeblebrox paid?",
        "Birthday of {person}",
        "Sick days of the {category} team in {year}",
    ),
}
