"""Records of a zone that other services ask for, such as those of its mail. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from ..errors import Problem, refusal
from ..settings import settings
from ..values import Positive, Text
from .names import is_domain, name_problems, record_id

_PRIORITY = r"\d{1,5}"
# Route 53 developer guide, "Supported DNS record types": the values of MX and of SRV begin with numbers.
_NUMBERS = {"MX": 1, "SRV": 3}
# RFC 1035: a character string has 255 bytes at most; a TXT record is one or several.
_LONGEST_STRING = 255
_LONGEST_TXT = 4_000  # Route 53 developer guide, "TXT record type"
# RFC 1034: nothing stands beside a CNAME, and the apex has records of the zone.
CNAME_AT_APEX = refusal(got="a CNAME at the apex", allowed="CNAMEs below it", fix="use an alias or A record")

# Route 53 developer guide, "DNS domain name format".
RecordName = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9*_-]+(\.[a-z0-9_-]+)*\.?",
        longest=255,
        allowed="a domain name in lower case, such as _dmarc.example.com",
    ),
]


@settings
class DnsRecord:
    """A record of a hosted zone; `name` is the whole domain name, such as `_dmarc.example.com`.

    Values are those of Route 53: `10 mail.example.net` for MX, the bare text without quotes for TXT, a domain
    for CNAME. A long text, such as a DKIM key, is divided as DNS asks for. `ttl_seconds` None is the zone's.
    """

    name: RecordName
    kind: Literal["A", "AAAA", "CNAME", "MX", "SRV", "TXT"]
    values: tuple[str, ...]
    ttl_seconds: Positive | None = None

    @property
    def record_values(self) -> tuple[str, ...]:
        """The values in the form of the provider's argument `records`, which quotes texts itself."""
        return tuple(map(_divided, self.values)) if self.kind == "TXT" else self.values

    def problems(self) -> Iterator[Problem]:
        """No value, values that are no record of the type, several targets of a CNAME."""
        where = f"{self.name} {self.kind}"
        if not self.values or len(set(self.values)) != len(self.values):
            why = refusal(got=list(self.values), allowed="one value or more, each once", fix="correct them")
            yield Problem(where=where, what=why)
        if self.kind == "CNAME" and len(self.values) > 1:
            why = refusal(got=f"{len(self.values)} targets", allowed="one", fix="remove the others")
            yield Problem(where=where, what=why)
        for value in self.values:
            if allowed := self._refused(value):
                why = refusal(got=repr(value), allowed=allowed, fix="correct the value")
                yield Problem(where=where, what=why)

    def _refused(self, value: str) -> str | None:
        if self.kind == "TXT":
            fine = value and '"' not in value and "\\" not in value and len(value) <= _LONGEST_TXT
            allowed = f"a text without quotes and backslashes, of {_LONGEST_TXT} characters or less"
            return None if fine else allowed
        if self.kind in {"A", "AAAA"}:
            pattern = r"\d+(\.\d+){3}" if self.kind == "A" else r"[0-9a-f:]*:[0-9a-f:.]*"
            return None if re.fullmatch(pattern, value) else "an IP address of the type"
        *numbers, target = value.split() or [""]
        wanted = _NUMBERS.get(self.kind, 0)
        fine = len(numbers) == wanted and all(re.fullmatch(_PRIORITY, one) for one in numbers)
        if fine and is_domain(target.lower().removesuffix(".")):
            return None
        return " and ".join(["a number"] * wanted + ["a domain"]) + ", such as " + _EXAMPLES[self.kind]


_EXAMPLES = {
    "MX": "'10 mail.example.net'",
    "SRV": "'1 10 5269 xmpp.example.net'",
    "CNAME": "'mail.example.net'",
}


def record_problems(records: Sequence[DnsRecord], domain: str) -> Iterator[Problem]:
    """Names outside the zone, two records of a type at a name, a CNAME beside others or at the apex."""
    kinds: dict[str, list[str]] = {}
    for record in records:
        yield from name_problems("records", record.name, domain)
        # Two names may share an id, such as `_a` and `a`.
        kinds.setdefault(record_id(record.name, domain), []).append(record.kind)
        if record.kind == "CNAME" and record.name == domain:
            yield Problem(where=f"records {record.name}", what=CNAME_AT_APEX)
    for name, found in kinds.items():
        if len(set(found)) != len(found) or ("CNAME" in found and len(found) > 1):
            allowed = "one record of each type at a name, and nothing beside a CNAME"
            why = refusal(got=" and ".join(found), allowed=allowed, fix="join the values of one type")
            yield Problem(where=f"records {name}", what=why)


def _divided(text: str) -> str:
    # The provider's documentation of aws_route53_record: `\"\"` between the strings of a long text.
    parts = [text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)]
    # SPF has macros such as %{i}, which Terraform would take for its own.
    return '""'.join(parts).replace("%{", "%%{").replace("${", "$${")
