"""With which wordings is the reading of questions about tables tuned?"""

from __future__ import annotations

from evals.table_questions_wordings import Wording

WORDINGS: dict[str, tuple[Wording, ...]] = {
    "inventory": (
        Wording("How many pieces of {name} do we have?", "list", "quantity", ("name",)),
        Wording("What does {name} cost?", "list", "price", ("name",)),
        Wording("Where is {name} stored?", "list", "place", ("name",)),
        Wording("When did we last count {name}?", "list", "date", ("name",)),
        Wording(
            "How many items have fewer than {quantity:number} units on hand?",
            "count",
            "",
            (),
            ("quantity", "<"),
        ),
        Wording("Mean price of everything we get from {partner}", "mean", "price", ("partner",)),
        Wording("Cheapest item in stock", "list", "name", by="price", is_highest=False),
        Wording("How many units are on hand in {place}?", "sum", "quantity", ("place",)),
        Wording(
            "What is the average cost of the items in the category {category}?",
            "mean",
            "price",
            ("category",),
        ),
        Wording("Number of items from {partner}", "count", "", ("partner",)),
        Wording("Which item has the highest unit cost?", "list", "name", by="price"),
        Wording("How many items cost more than {price:number}?", "count", "", (), ("price", ">")),
        Wording("What is the stock of {name}?", "list", "quantity", ("name",)),
        Wording(
            "Total quantity of {category} in {place}", "sum", "quantity", ("category", "place")
        ),
        Wording("Who supplies {name}?", "list", "partner", ("name",)),
        Wording("How many different suppliers are there?", "distinct", "partner"),
        Wording("Lowest unit cost among items supplied by {partner}", "min", "price", ("partner",)),
        Wording("How many items were last counted in {year}?", "count", "", (), ("date", "year")),
    ),
    "sales": (
        Wording("How much revenue did {person} bring in?", "sum", "amount", ("person",)),
        Wording("Turnover with {partner}, sum over all years", "sum", "amount", ("partner",)),
        Wording(
            "How many sales were there in {place} in {year}?",
            "count",
            "",
            ("place",),
            ("date", "year"),
        ),
        Wording(
            "Which rep sold the most units?", "group", "quantity", by="quantity", group="person"
        ),
        Wording("Who was the buyer in order {id}?", "list", "partner", ("id",)),
        Wording("When was order {id} placed?", "list", "date", ("id",)),
        Wording("Average number of units per order in {place}", "mean", "quantity", ("place",)),
        Wording(
            "Count the sales worth at least {amount:number}", "count", "", (), ("amount", ">=")
        ),
        Wording("What was the total revenue in {place}?", "sum", "amount", ("place",)),
        Wording(
            "Total sales to {partner} in {year}", "sum", "amount", ("partner",), ("date", "year")
        ),
        Wording("Average order value for {name}", "mean", "amount", ("name",)),
        Wording("How many orders did {person} close?", "count", "", ("person",)),
        Wording(
            "Which region had the highest total revenue?",
            "group",
            "amount",
            by="amount",
            group="place",
        ),
        Wording(
            "How many units of {name} were sold in {month}?",
            "sum",
            "quantity",
            ("name",),
            ("date", "month"),
        ),
        Wording("What is the revenue of order {id}?", "list", "amount", ("id",)),
        Wording(
            "Number of orders with revenue over {amount:number}", "count", "", (), ("amount", ">")
        ),
        Wording("Largest single revenue booked for {partner}", "max", "amount", ("partner",)),
        Wording("Who is the sales rep of order {id}?", "list", "person", ("id",)),
        Wording("How many distinct customers bought {name}?", "distinct", "partner", ("name",)),
    ),
    "ledger": (
        Wording(
            "Expenses for {category} in {year}", "sum", "amount", ("category",), ("date", "year")
        ),
        Wording("What did {place} spend in total?", "sum", "amount", ("place",)),
        Wording(
            "Number of postings to {category} in {month}",
            "count",
            "",
            ("category",),
            ("date", "month"),
        ),
        Wording(
            "How many different counterparties does {place} have?",
            "distinct",
            "partner",
            ("place",),
        ),
        Wording("When was entry {id} posted?", "list", "date", ("id",)),
        Wording(
            "Which cost centre has the highest total debit?",
            "group",
            "amount",
            by="amount",
            group="place",
        ),
        Wording("Smallest debit on {category}", "min", "amount", ("category",)),
        Wording("Sum of debits posted to {category}", "sum", "amount", ("category",)),
        Wording(
            "Total debit for the cost centre {place} in {year}",
            "sum",
            "amount",
            ("place",),
            ("date", "year"),
        ),
        Wording("How many entries are there for {partner}?", "count", "", ("partner",)),
        Wording("Average debit per entry on {category}", "mean", "amount", ("category",)),
        Wording(
            "What is the largest debit booked against {partner}?", "max", "amount", ("partner",)
        ),
        Wording("What was the debit of entry {id}?", "list", "amount", ("id",)),
        Wording("Total credit in {month}", "sum", "credit", (), ("date", "month")),
        Wording(
            "How many entries have a debit of at least {amount:number}?",
            "count",
            "",
            (),
            ("amount", ">="),
        ),
        Wording("Which account does entry {id} belong to?", "list", "category", ("id",)),
    ),
    "staff": (
        Wording("How many {title}s work in {place}?", "count", "", ("title", "place")),
        Wording("Average weekly hours in {place}", "mean", "quantity", ("place",)),
        Wording("In which office does {person} work?", "list", "place", ("person",)),
        Wording("What is {person}'s salary?", "list", "amount", ("person",)),
        Wording("How many departments are there?", "distinct", "category"),
        Wording(
            "What do all the people in {category} earn together?", "sum", "amount", ("category",)
        ),
        Wording("How many people started in {month}?", "count", "", (), ("date", "month")),
        Wording("Which department does {person} belong to?", "list", "category", ("person",)),
        Wording("Wage bill of {place}", "sum", "amount", ("place",)),
        Wording("How many employees work in {place}?", "count", "", ("place",)),
        Wording("What is the average salary in {category}?", "mean", "amount", ("category",)),
        Wording("How much does {person} earn?", "list", "amount", ("person",)),
        Wording("Who has the highest annual salary?", "list", "person", by="amount"),
        Wording("Total annual salary of the department {category}", "sum", "amount", ("category",)),
        Wording("What is the job title of {person}?", "list", "title", ("person",)),
        Wording("How many people were hired in {year}?", "count", "", (), ("date", "year")),
        Wording(
            "Number of people who earn more than {amount:number}", "count", "", (), ("amount", ">")
        ),
        Wording("When was {person} hired?", "list", "date", ("person",)),
        Wording("Which department has the most employees?", "group", "", group="category"),
        Wording("Highest salary among people in {place}", "max", "amount", ("place",)),
    ),
}

UNANSWERABLE: dict[str, tuple[str, ...]] = {
    "inventory": (
        "What is the serial number of {name}?",
        "Warranty period of {name}",
        "How many broken items are in {place}?",
        "How many trucks does {partner} have?",
        "Who counted {name}?",
        "How many units are on hand in Atlantis?",
        "What is the expiry date of {name}?",
        "Total weight of the items from {partner}",
    ),
    "sales": (
        "What is the phone number of {partner}?",
        "Profit margin for {name}",
        "How many complaints were there in {place}?",
        "Average delivery time in {place}",
        "What is the target of {person}?",
        "Total revenue in Atlantis",
        "What discount did {partner} get?",
        "Average shipping time of {name}",
    ),
    "ledger": (
        "Who approved entry {id}?",
        "Interest paid in {year}",
        "How many invoices of {partner} are overdue?",
        "Average exchange rate in {month}",
        "Sum of debits posted to Moon travel",
        "What is the exchange rate of entry {id}?",
    ),
    "staff": (
        "How many employees are on parental leave in {place}?",
        "Marital status of {person}",
        "Who is the boss of {person}?",
        "Average age in {category}",
        "Total overtime of {person}",
        "How many employees work in Atlantis?",
        "What is the phone extension of {person}?",
        "Average bonus in {category}",
    ),
}
