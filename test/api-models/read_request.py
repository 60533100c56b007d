"""Reads a request off the wire by a service's model of botocore, the way the service would."""
import json
import re
import urllib.parse
from xml.etree import ElementTree

from problems import UNKNOWN, Problems


def read_request(model, exchange):
    """The operation's model, and its parameters as text and nested dicts; what no parameter took is a problem."""
    protocol = model.metadata["protocol"]
    if protocol in ("query", "ec2"):
        return read_query(model, exchange, protocol)
    if protocol == "json":
        return read_json(model, exchange)
    return RestReader(model, exchange).read()


def read_query(model, exchange, protocol):
    fields = dict(urllib.parse.parse_qsl(exchange["body"].decode(), keep_blank_values=True, strict_parsing=True))
    operation = model.operation_model(fields.pop("Action"))
    problems = Problems(model, operation)
    version = fields.pop("Version", None)
    if version != model.api_version:
        problems.add("Version", f"is {version}, not {model.api_version}")
    taken = set()
    params = QueryReader(protocol, fields, taken).structure(operation.input_shape, "")
    for key in sorted(set(fields) - taken):
        problems.add(key, UNKNOWN)
    return operation, params, problems


class QueryReader:
    """Fields like Tags.member.1.Key (query) or Filter.1.Value.1 (ec2)."""

    def __init__(self, protocol, fields, taken):
        self.protocol, self.fields, self.taken = protocol, fields, taken

    def structure(self, shape, prefix):
        found = {}
        for name, member in (shape.members if shape else {}).items():
            value = self.value(member, prefix + self.name_of(name, member))
            if value is not None:
                found[name] = value
        return found

    def name_of(self, name, member):
        serialization = member.serialization
        if self.protocol == "ec2":
            if "queryName" in serialization:
                return serialization["queryName"]
            name = serialization.get("name", name)
            return name[0].upper() + name[1:]
        if member.type_name == "list" and serialization.get("flattened"):
            return member.member.serialization.get("name") or serialization.get("name", name)
        return serialization.get("name", name)

    def value(self, shape, key):
        if shape.type_name == "structure":
            return self.structure(shape, f"{key}.") if self.has_below(key) else None
        if shape.type_name == "list":
            return self.items(shape, key)
        if shape.type_name == "map":
            raise NotImplementedError(f"a map in a query: {key}")
        if key not in self.fields:
            return None
        self.taken.add(key)
        return self.fields[key]

    def items(self, shape, key):
        flat = self.protocol == "ec2" or shape.serialization.get("flattened")
        base = key if flat else f"{key}.{shape.member.serialization.get('name', 'member')}"
        found = []
        while f"{base}.{len(found) + 1}" in self.fields or self.has_below(f"{base}.{len(found) + 1}"):
            found.append(self.value(shape.member, f"{base}.{len(found) + 1}"))
        return found or None

    def has_below(self, key):
        return any(field.startswith(f"{key}.") for field in self.fields)


def read_json(model, exchange):
    prefix, name = exchange["requestHeaders"]["x-amz-target"].split(".")
    operation = model.operation_model(name)
    problems = Problems(model, operation)
    if prefix != model.metadata["targetPrefix"]:
        problems.add("x-amz-target", f"starts with {prefix}, not {model.metadata['targetPrefix']}")
    params = json.loads(exchange["body"] or b"{}")
    return operation, params, problems


# What every request may carry beside its operation's own parameters.
COMMON_HEADERS = re.compile(r"^x-amz-(content-sha256|date|security-token|user-agent|sdk-checksum-algorithm|decoded-content-length|trailer|te)$")
COMMON_QUERY = {"x-id"}


class RestReader:
    """REST with XML: S3."""

    def __init__(self, model, exchange):
        self.model, self.exchange = model, exchange
        path, _, query = exchange["url"].partition("?")
        self.path = path
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    def read(self):
        operation = self.find_operation()
        self.problems = Problems(self.model, operation)
        params, taken = {}, set(COMMON_QUERY) | set(static_query(operation))
        bucket, _, key = self.path.lstrip("/").partition("/")
        uri = {"Bucket": bucket, "Key": urllib.parse.unquote(key)}
        shape = operation.input_shape
        for name, member in (shape.members if shape else {}).items():
            location, wire = member.serialization.get("location"), member.serialization.get("name", name)
            if location == "uri":
                params[name] = uri[wire]
            elif location == "querystring" and wire in self.query:
                params[name] = self.query[wire]
                taken.add(wire)
            elif location == "header" and wire.lower() in self.exchange["requestHeaders"]:
                params[name] = self.exchange["requestHeaders"][wire.lower()]
                taken.add(wire.lower())
            elif location == "headers":
                params[name] = {h: v for h, v in self.exchange["requestHeaders"].items() if h.startswith(wire)}
                taken.update(params[name])
        self.read_payload(shape, params)
        if operation.http_checksum:
            taken.update(h for h in self.exchange["requestHeaders"] if h.startswith("x-amz-checksum-"))
        self.report_rest(taken)
        return operation, params, self.problems

    def find_operation(self):
        """The one whose method, kind of path and fixed query fit; the one that names most of the query, if several."""
        has_key = "/" in self.path.strip("/") or (self.path.count("/") > 1 and not self.path.endswith("/"))
        has_bucket = self.path.strip("/") != ""
        fitting = []
        for name in self.model.operation_names:
            operation = self.model.operation_model(name)
            uri = operation.http["requestUri"]
            if operation.http["method"] != self.exchange["method"]:
                continue
            if ("{Key+}" in uri, "{Bucket}" in uri) != (has_key, has_bucket):
                continue
            fixed = static_query(operation)
            needed = [m.serialization["name"] for m in self.required(operation, "querystring")]
            headers = [m.serialization["name"].lower() for m in self.required(operation, "header")]
            if any(self.query.get(k) != v for k, v in fixed.items()) or any(k not in self.query for k in needed):
                continue
            if any(h not in self.exchange["requestHeaders"] for h in headers if h == "x-amz-copy-source"):
                continue
            # The SDK names the operation where method and path leave it open.
            fitting.append((self.query.get("x-id") == name, len(fixed) + len(needed) + len(headers), name))
        if not fitting:
            raise LookupError(f"no operation has {self.exchange['method']} {self.exchange['url']}")
        return self.model.operation_model(max(fitting)[-1])

    def required(self, operation, location):
        shape = operation.input_shape
        members = [shape.members[name] for name in shape.required_members] if shape else []
        return [m for m in members if m.serialization.get("location") == location]

    def read_payload(self, shape, params):
        body = self.exchange["body"]
        payload = shape.serialization.get("payload") if shape else None
        if payload and shape.members[payload].type_name in ("blob", "string"):
            params[payload] = body if shape.members[payload].type_name == "blob" else body.decode()
        elif payload and body:
            params[payload] = read_xml(ElementTree.fromstring(body), shape.members[payload], self.problems, payload)
        elif body:
            self.problems.add("body", "is sent, and the operation takes none")

    def report_rest(self, taken):
        for name in self.query:
            if name not in taken:
                self.problems.add(f"?{name}", UNKNOWN)
        for name in self.exchange["requestHeaders"]:
            if name.startswith("x-amz-") and name not in taken and not COMMON_HEADERS.match(name):
                self.problems.add(name, UNKNOWN)


def static_query(operation):
    query = operation.http["requestUri"].partition("?")[2]
    return dict(urllib.parse.parse_qsl(query, keep_blank_values=True)) if query else {}


def tag_of(element):
    return element.tag.rpartition("}")[2]


def read_xml(element, shape, problems, where):
    """The element as the shape says, text left as text; elements that the shape does not have are problems."""
    if shape.type_name == "structure":
        return read_xml_structure(element, shape, problems, where)
    if shape.type_name == "list":
        return [read_xml(item, shape.member, problems, f"{where}[{n}]") for n, item in enumerate(element)]
    if len(element):
        problems.add(where, "holds elements where the model has a value")
    return element.text or ""


def read_xml_structure(element, shape, problems, where):
    members = {m.serialization.get("name", name): (name, m) for name, m in shape.members.items()}
    for name, member in shape.members.items():
        if member.type_name == "list" and member.serialization.get("flattened"):
            wire = member.serialization.get("name") or member.member.serialization.get("name", name)
            members[wire] = (name, member)
    found = {}
    for child in element:
        if tag_of(child) not in members:
            problems.add(f"{where}.{tag_of(child)}", UNKNOWN)
            continue
        name, member = members[tag_of(child)]
        inner = f"{where}.{name}"
        if member.type_name == "list" and member.serialization.get("flattened"):
            found.setdefault(name, []).append(read_xml(child, member.member, problems, inner))
            continue
        if member.type_name == "list":
            expected = member.member.serialization.get("name", "member")
            for item in child:
                if tag_of(item) != expected:
                    problems.add(inner, f"holds <{tag_of(item)}> where the model has <{expected}>")
        if name in found:
            problems.add(inner, "is there twice")
        found[name] = read_xml(child, member, problems, inner)
    return found
