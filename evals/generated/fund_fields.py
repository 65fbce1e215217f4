"""What can be asked of the monthly sheet of an investment fund?"""

from __future__ import annotations

from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, STRINGS, Field, field, own

FIELDS: tuple[Field, ...] = (
    own("fund_name", STRING, "Name of the fund", "What is the fund called?",
        "Fund to which the sheet belongs", "Which fund is described?"),
    field("as_of", DATE, "Date of the figures", "To which day do the figures relate?",
        "Reporting date of the sheet", "Data as of"),
    own("fund_manager", STRING, "Fund manager", "Who takes the investment decisions?",
        "Lead portfolio manager", "Person who runs the fund"),
    field("deputy_manager", STRING, "Deputy fund manager", "Who stands in for the manager?",
        "Second portfolio manager", "Stand-in of the person who runs the fund"),
    own("manager_since", DATE, "Day since which the manager has run the fund",
        "When did the present manager take over?", "Start of the manager's responsibility"),
    own("management_company", STRING, "Management company", "Which company manages the fund?",
        "Firm that issues the fund", "Name of the asset manager"),
    own("depositary", STRING, "Depositary", "Which bank keeps the assets of the fund?",
        "Custodian bank", "Where are the securities held?"),
    own("administrator", STRING, "Administrator of the fund",
        "Who does the accounts of the fund?", "Firm that calculates the net asset value"),
    field("domicile", STRING, "Domicile of the fund",
          "Under the law of which country was it set up?",
        "Country of the fund"),
    own("fund_launch", DATE, "Launch of the fund", "When was the fund set up?",
        "Day of the fund's inception", "Since when does the fund exist?"),
    own("fund_size", NUMBER, "Assets of the fund in millions",
        "How large is the fund, in millions?", "Fund volume now, in millions"),
    own("fund_size_before", NUMBER, "Assets of the fund a month ago, in millions",
        "How large was the fund at the end of the month before, in millions?",
        "Previous month's fund volume, in millions"),
    own("num_holdings", INTEGER, "Number of holdings",
        "In how many securities is the fund invested?",
        "Count of positions"),
    own("benchmark", STRING, "Benchmark", "With which index is the fund compared?",
        "Index by which the fund is measured", "Yardstick of the fund"),
    own("risk_class", INTEGER, "Risk class from 1 to 7", "How risky is the fund on the scale to 7?",
        "Risk indicator"),
    own("holding_period_years", INTEGER, "Recommended holding period in years",
        "For how many years at least should one invest?", "Investment horizon in years"),
    own("month_return", NUMBER, "Return of the fund in the month, in percent",
        "What did the fund gain or lose in the reporting month, in percent?",
        "Monthly performance of the fund in percent"),
    own("benchmark_month_return", NUMBER, "Return of the benchmark in the month, in percent",
        "What did the index gain or lose in the reporting month, in percent?",
        "Monthly performance of the index in percent"),
    own("volatility", NUMBER, "Volatility of the fund in percent",
        "How much do the returns of the fund vary, in percent?",
        "Standard deviation of the fund in percent"),
    own("benchmark_volatility", NUMBER, "Volatility of the benchmark in percent",
        "How much do the returns of the index vary, in percent?",
        "Standard deviation of the index in percent"),
    own("sharpe_ratio", NUMBER, "Sharpe ratio", "What return was earned for each unit of risk?",
        "Excess return divided by volatility"),
    own("max_drawdown", NUMBER, "Largest loss between a high and a low, in percent",
        "What was the maximum drawdown, in percent?", "Deepest fall from a peak, in percent"),
    own("cash_share", NUMBER, "Cash held by the fund in percent",
        "What percentage of the fund is not invested?", "Liquidity in percent"),
    own("performance_fee", NUMBER, "Performance fee in percent",
        "Which share of the outperformance does the manager keep, in percent?",
        "Success fee in percent"),
    own("redemption_fee", NUMBER, "Redemption fee in percent",
        "What is charged for giving units back, in percent?", "Exit charge in percent"),
    own("is_hedged", BOOLEAN, "Are currency risks hedged?",
        "Does the fund protect itself against exchange rates?", "Currency hedging"),
    own("dealing_deadline", STRING, "Time by which orders must be received",
        "Until what time of day can orders be placed?", "Cut-off time for orders"),
    field("settlement_days", INTEGER, "Days until settlement",
        "How many days after the order are units paid for?", "Value date in days after dealing"),
    own("new_holdings", STRINGS, "Securities newly bought in the month",
        "Which positions were opened?", "Additions to the portfolio"),
    own("sold_holdings", STRINGS, "Securities sold completely in the month",
        "Which positions were closed?", "Companies that left the portfolio"),
    own("investor_phone", STRING, "Telephone for private investors",
        "Under which number are savers answered?", "Phone number for private clients"),
    own("adviser_phone", STRING, "Telephone for financial advisers",
        "Under which number are intermediaries answered?", "Phone number for professionals"),
    field("dividend_per_share", NUMBER, "Latest distribution per unit",
        "How much was last paid out on each unit?", "Last dividend of the fund for one unit"),
    field("distribution_date", DATE, "Day of the latest distribution",
        "When was income last paid out?", "Last ex-dividend day"),
    field("auditor", STRING, "Auditor", "Who audits the accounts of the fund?",
          "Firm of accountants that checks the fund"),
)  # fmt: skip


def share_class_field(key: str, name: str) -> Field:
    """A figure of one share class."""
    slug = name.lower().replace(" ", "_")
    schema, wordings = _OF_CLASS[key]
    return own(f"{key}_class_{slug}", schema, *(words.replace("@", name) for words in wordings))


def holding_field(name: str) -> Field:
    return Field(
        f"weight_{name.lower().replace(' ', '_')}",
        NUMBER,
        (
            f"Weight of {name} in percent",
            f"What percentage of the fund is invested in {name}?",
            f"Share of {name} in the portfolio, in percent",
        ),
    )


def period_field(who: str, period: str) -> Field:
    """`who` is "fund" or "benchmark"."""
    asked = "index" if who == "benchmark" else "fund"
    return Field(
        f"{who}_return_{period.lower().replace(' ', '_')}",
        NUMBER,
        (
            f"Return of the {who} in percent: {period}",
            f"How did the {asked} perform ({period}), in percent?",
            f"Performance of the {asked}, {period}, in percent",
        ),
    )


_OF_CLASS = {
    "isin": (STRING, ("ISIN of class @", "Which ISIN do units of class @ have?",
                      "Securities identification number, share class @")),
    "price": (NUMBER, ("Net asset value per unit of class @", "What is a unit of class @ worth?",
                       "Unit price, share class @")),
    "launched": (DATE, ("Launch of share class @", "When were units of class @ first sold?",
                        "Inception day of class @")),
    "ongoing_charge": (NUMBER, ("Ongoing charges of class @ in percent",
                                "What does class @ cost in all per year, in percent?",
                                "Total expense ratio of share class @ in percent")),
    "management_fee": (NUMBER, ("Management fee of class @ in percent",
                                "What does the manager charge a year in class @, in percent?",
                                "Yearly fee for managing class @ in percent")),
    "entry_charge": (NUMBER, ("Entry charge of class @ in percent",
                              "What is charged on buying units of class @, in percent?",
                              "Front-end load, share class @, in percent")),
    "minimum": (NUMBER, ("Minimum investment in class @",
                         "How much must be invested at least in class @?",
                         "Smallest amount for which class @ is open")),
}  # fmt: skip
CLASS_KEYS: tuple[str, ...] = tuple(_OF_CLASS)
