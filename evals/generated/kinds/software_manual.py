"""What does a section of a software manual say?"""

from __future__ import annotations

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, INTEGER, STRING, STRINGS, Field, field, own
from evals.generated.pen import Pen

_FIELDS = (
    own("product", STRING, "Name of the program", "Which program is described?", "Software"),
    own(
        "version",
        STRING,
        "Version of the program",
        "Which release does the manual cover?",
        "Release number",
    ),
    own(
        "config_file",
        STRING,
        "Configuration file",
        "In which file are settings kept?",
        "Path of the settings",
    ),
    own("log_file", STRING, "Log file", "Where are messages written?", "Path of the log"),
    own(
        "listen_port",
        INTEGER,
        "Port on which the program listens",
        "Which port is opened?",
        "Network port",
    ),
    own(
        "min_memory",
        INTEGER,
        "Least memory in MB",
        "How much memory is needed at least?",
        "Memory requirement",
    ),
    own(
        "platforms",
        STRINGS,
        "Supported platforms",
        "On which systems does it run?",
        "Operating systems",
    ),
    own(
        "licence",
        STRING,
        "Licence of the program",
        "Under which licence is it distributed?",
        "Terms of use",
    ),
    field(
        "support_email",
        STRING,
        "Email address of the support",
        "Where can help be asked for?",
        "Contact for problems",
    ),
    own(
        "telemetry",
        BOOLEAN,
        "Does the program send usage data?",
        "Telemetry on by default",
        "Are statistics transmitted?",
    ),
    own(
        "upgrade_command",
        STRING,
        "Command that upgrades the program",
        "What must be typed to upgrade?",
        "Upgrade instruction",
    ),
    own(
        "max_file_size",
        STRING,
        "Largest file that is accepted",
        "How big may an upload be?",
        "Limit on file size",
    ),
)
_WORDS = [
    "cache",
    "queue",
    "worker",
    "session",
    "upload",
    "index",
    "retry",
    "socket",
    "buffer",
    "batch",
    "pool",
    "snapshot",
    "token",
    "proxy",
    "thread",
]
_ASPECTS = ["size", "timeout", "limit", "interval", "count", "depth", "ttl", "threshold"]
_UNITS = {
    "size": "kilobytes",
    "timeout": "seconds",
    "limit": "entries",
    "interval": "seconds",
    "count": "items",
    "depth": "levels",
    "ttl": "minutes",
    "threshold": "requests",
}
_ROLES = {
    "size": "sets how much memory the {w} may take",
    "timeout": "is the time after which the {w} gives up",
    "limit": "bounds how many entries the {w} holds",
    "interval": "is the pause between two runs of the {w}",
    "count": "says how many of each {w} are started",
    "depth": "is how far the {w} looks ahead",
    "ttl": "is how long the {w} keeps what it has",
    "threshold": "is the load from which the {w} refuses work",
}


def _write(pen: Pen) -> Paper:
    name = pen.pick(
        *[
            "Harvest",
            "Lantern",
            "Quarry",
            "Tidepool",
            "Beacon",
            "Ferry",
            "Mosaic",
            "Juniper",
            "Pylon",
            "Sextant",
            "Trellis",
            "Cobble",
        ]
    ) + pen.pick("", " Server", "DB", " Sync", "Mail")
    version = pen.id(pen.pick("#.#", "#.#.#", "20##.#"))
    first = Paragraph(
        pen.pick(
            f"This chapter covers {pen.say('product', name)} {pen.say('version', version)}.",
            f"{pen.say('product', name)}, release {pen.say('version', version)}, is "
            "configured as described below.",
        )
    )
    title = Heading(
        pen.pick("Configuration", "Reference of settings", "Administration guide", "Options"), 1
    )
    body = [*_general(pen, name), *_options(pen)]
    return Paper(
        pen.pick("manual.md", "manual.pdf", "guide.txt", "manual.pdf"),
        [title, first, *body],
        running_foot=pen.pick("", "{page}"),
    )


def _general(pen: Pen, name: str) -> list[Block]:
    slug = name.split()[0].lower()
    said = []
    if pen.chance(0.7):
        file = pen.pick(f"/etc/{slug}/{slug}.conf", f"~/.{slug}.toml", f"{slug}.yaml")
        said.append(f"Settings are read from {pen.say('config_file', file)} at start.")
    if pen.chance(0.5):
        said.append(
            "Messages go to "
            f"{pen.say('log_file', pen.pick(f'/var/log/{slug}.log', f'logs/{slug}.txt'))}."
        )
    if pen.chance(0.6):
        port = pen.pick(8080, 9000, 5173, 7070, 6400, 4222)
        said.append(
            f"The program listens on port {pen.say('listen_port', str(port), port)} unless "
            "told otherwise."
        )
    if pen.chance(0.5):
        memory = pen.pick(256, 512, 768, 128)
        said.append(f"At least {pen.count('min_memory', memory)} MB of memory are needed.")
    if pen.chance(0.5):
        systems = pen.some(["Linux", "macOS", "Windows", "FreeBSD", "Android"], 2, 4)
        said.append(f"It runs on {pen.listed('platforms', systems)}.")
    if pen.chance(0.4):
        terms = pen.pick("MIT licence", "Apache License 2.0", "GPL version 3", "BSD licence")
        said.append(f"It is distributed under the {pen.say('licence', terms)}.")
    if pen.chance(0.4):
        sends = pen.chance(0.4)
        said.append(
            pen.flag(
                "telemetry",
                "Usage statistics are sent once a day unless this is switched off."
                if sends
                else pen.pick(
                    "No usage data leave the machine.", "The program does not phone home."
                ),
                sends,
            )
        )
    if pen.chance(0.35):
        forms = [f"{slug} upgrade --all", f"{slug}ctl self-update", f"apt install {slug}"]
        said.append(f"To upgrade, run {pen.say('upgrade_command', pen.pick(*forms))}.")
    if pen.chance(0.4):
        said.append(
            "Files of up to "
            f"{pen.say('max_file_size', pen.pick('50 MB', '2 GB', '750 KB', '10 MB'))} are "
            "accepted."
        )
    if pen.chance(0.3):
        said.append(f"Write to {pen.say('support_email', f'help@{slug}.example')} for help.")
    if not said:
        return []
    return [Bullets(said)] if pen.chance(0.3) else [Paragraph(" ".join(said))]


def _options(pen: Pen) -> list[Block]:
    names = pen.some(
        [f"{word}{pen.pick('_', '.', '-')}{aspect}" for word in _WORDS for aspect in _ASPECTS],
        6,
        10,
    )
    form = pen.pick("prose", "headings", "table", "bullets")
    asked = set(pen.some(names, 4, 6))
    lines: list[tuple[str, str, str, str]] = []
    for name in names:
        word, aspect = name.replace(".", "_").replace("-", "_").split("_")
        default, most = (
            pen.pick(5, 10, 16, 25, 30, 60, 64, 100, 120, 250, 500),
            pen.rng.randint(501, 990),
        )
        key = pen.ask(_default(name)) if name in asked else ""
        limit = pen.ask(_largest(name)) if key and pen.chance(0.4) else ""
        lines.append(
            (
                name,
                _ROLES[aspect].format(w=word),
                f"{pen.say(key, str(default), default)} {_UNITS[aspect]}",
                pen.say(limit, str(most), most),
            )
        )
    if form == "table":
        return [
            Table(
                [pen.pick("Option", "Setting"), "Meaning", "Default", pen.pick("Maximum", "Max.")],
                [list(line) for line in lines],
                4,
            )
        ]
    told = [
        pen.pick(
            "{r} It defaults to {d}; the largest value is {m}.",
            "{r} Default: {d}. Maximum: {m}.",
            "{r} Unless set, {d} are used, and no more than {m} are allowed.",
        )
        for _ in lines
    ]
    if form == "headings":
        return [
            block
            for text, (name, role, default, most) in zip(told, lines, strict=True)
            for block in (
                Heading(name, 3),
                Paragraph(text.format(r=f"The option {role}.", d=default, m=most)),
            )
        ]
    texts = [
        text.format(r=f"{name} {role}.", d=default, m=most)
        for text, (name, role, default, most) in zip(told, lines, strict=True)
    ]
    return [Bullets(texts)] if form == "bullets" else [Paragraph(text) for text in texts]


def _default(name: str) -> Field:
    return Field(
        "default_" + name.replace(".", "_").replace("-", "_"),
        INTEGER,
        (f"Default of {name}", f"Which value has {name} if it is not set?", f"Preset of {name}"),
    )


def _largest(name: str) -> Field:
    return Field(
        "maximum_" + name.replace(".", "_").replace("-", "_"),
        INTEGER,
        (f"Maximum of {name}", f"How large may {name} be?", f"Upper bound of {name}"),
    )


KIND = Kind("software_manual", "software", _FIELDS, _write)
