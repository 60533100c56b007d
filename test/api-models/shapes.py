"""Holds parameters and results against their shapes: botocore's own validator looks at types and least lengths only."""
import re
from datetime import datetime

from dateutil.parser import isoparse, parse as parse_date

from problems import UNKNOWN


# Values that a shape's enum lacks, and its own documentation names.
DOCUMENTED = {("AttachmentStatus", "available")}


def check(value, shape, problems, where, bounds=True):
    """`bounds`: also lengths, ranges and patterns, which the models promise for requests."""
    if value is None:
        return
    kind = shape.type_name
    if kind == "structure":
        check_structure(value, shape, problems, where, bounds)
    elif kind == "list":
        if bounds:
            check_size(len(value), shape, problems, where, "entries")
        for index, item in enumerate(value):
            check(item, shape.member, problems, f"{where}[{index}]", bounds)
    elif kind == "map":
        for key, item in value.items():
            check(key, shape.key, problems, f"{where} key {key}", bounds)
            check(item, shape.value, problems, f"{where}.{key}", bounds)
    else:
        SCALARS[kind](value, shape, problems, where, bounds)


def check_structure(value, shape, problems, where, bounds):
    if not isinstance(value, dict):
        problems.add(where, f"is {value!r}, not a structure")
        return
    for name in shape.required_members:
        if value.get(name) is None:
            problems.add(f"{where}.{name}", "is required and missing")
    for name, item in value.items():
        if name in shape.members:
            check(item, shape.members[name], problems, f"{where}.{name}", bounds)
        else:
            problems.add(f"{where}.{name}", UNKNOWN)


def check_size(size, shape, problems, where, unit):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        problems.add(where, f"has {size} {unit}, at least {least} are needed")
    if most is not None and size > most:
        problems.add(where, f"has {size} {unit}, at most {most} are allowed")


def check_string(value, shape, problems, where, bounds):
    if not isinstance(value, str):
        problems.add(where, f"is {value!r}, not a string")
        return
    enum = shape.metadata.get("enum")
    if enum and value not in enum and (shape.name, value) not in DOCUMENTED:
        problems.add(where, f"is {value!r}, none of {', '.join(enum)}")
    if not bounds:
        return
    check_size(len(value), shape, problems, where, "characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(python_pattern(pattern), value):
        problems.add(where, f"is {value!r}, which does not match {pattern}")


# Java writes the planes above the first as pairs of surrogates.
JAVA_PLANES = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"

# The models are written for Java; Python has no names for these classes of characters, all of them used inside [].
JAVA_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{M}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{P}": r"!-/:-@\[-`{-~\u0080-\uffff",
    r"\p{S}": r"!-/:-@\[-`{-~\u0080-\uffff",
}


def python_pattern(pattern):
    pattern = pattern.replace(*JAVA_PLANES)
    for java, python in JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    return pattern


def check_number(value, shape, problems, where, bounds):
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        problems.add(where, f"is {value!r}, not a number")
        return
    if not bounds:
        return
    size = float(value)
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least or most is not None and size > most:
        problems.add(where, f"is {value}, outside of {least} to {most}")


def check_boolean(value, shape, problems, where, bounds):
    if value not in (True, False, "true", "false"):
        problems.add(where, f"is {value!r}, not a boolean")


def check_timestamp(value, shape, problems, where, bounds):
    if isinstance(value, (datetime, int, float)):
        return
    try:
        parse_date(value) if "GMT" in value else isoparse(value)
    except ValueError:
        problems.add(where, f"is {value!r}, not a time")


def check_blob(value, shape, problems, where, bounds):
    if not isinstance(value, (bytes, str)):
        problems.add(where, f"is {value!r}, not bytes")


SCALARS = {
    "string": check_string,
    "character": check_string,
    "integer": check_number,
    "long": check_number,
    "float": check_number,
    "double": check_number,
    "boolean": check_boolean,
    "timestamp": check_timestamp,
    "blob": check_blob,
}
