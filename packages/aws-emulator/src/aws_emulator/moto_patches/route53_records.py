"""Records of Route 53: those of one name and several identifiers, and which of these it answers with."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.route53 import urls
from moto.route53.models import FakeZone, Route53Backend
from moto.route53.responses import Route53

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.route53_health_checks import healthy

_ANSWER = r"{0}/(?P<api_version>[\d_-]+)/testdnsanswer$"


class ChangeResourceRecordSets(Patch, of=Route53Backend):
    """ChangeResourceRecordSets (Amazon Route 53 API Reference): DELETE takes the record of a name, a type and
    an identifier; moto's takes every record of the identifier, whatever its name."""

    def change_resource_record_sets(self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        """Let the zone know which are deleted."""
        deleted = [one["ResourceRecordSet"] for one in change_list if one["Action"] == "DELETE"]
        zone = self.get_hosted_zone(zoneid)
        zone.deleting = [
            (f"{one['Name'].rstrip('.')}.", one["Type"]) for one in deleted if "SetIdentifier" in one
        ]
        ChangeResourceRecordSets.moto.change_resource_record_sets(self, zoneid, change_list)


class DeletedRecord(Patch, of=FakeZone):
    """The same, of one zone: moto deletes every record of a set identifier."""

    def delete_rrset_by_id(self: Any, set_identifier: str) -> None:
        """Delete the record whose turn it is."""
        wanted = (*self.deleting.pop(0), set_identifier)
        self.rrsets = [one for one in self.rrsets if (one.name, one.type, one.set_identifier) != wanted]


class DNSAnswer(Patch, of=Route53):
    """TestDNSAnswer (Amazon Route 53 API Reference): "the value that Amazon Route 53 returns in response to a
    DNS request"; moto lacks the call.

    Failover (developer guide, "How Amazon Route 53 chooses records when health checking is configured"): the
    primary while it is healthy, then the secondary if that is; the primary where neither is. An alias to a
    load balancer answers with the balancer's name, for moto's have no addresses.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find the call by its path, too."""
        super().apply()
        urls.url_paths[_ANSWER] = Route53.dispatch

    def test_dns_answer(self: Any) -> ActionResult:
        """Answer by the records and the health checks that there are."""
        zone = self.backend.get_hosted_zone(self._get_param("HostedZoneId"))
        name, kind = self._get_param("RecordName"), self._get_param("RecordType")
        found = [one for one in zone.rrsets if one.name.rstrip(".") == name.rstrip(".") and one.type == kind]
        chosen = _chosen(self.backend, found)
        answer = {
            "Nameserver": "ns-1.awsdns-01.com",
            "RecordName": name,
            "RecordType": kind,
            "RecordData": _data(chosen) if chosen else [],
            "ResponseCode": "NOERROR" if found else "NXDOMAIN",
            "Protocol": "UDP",
        }
        return ActionResult(answer)


def _chosen(backend: Any, records: list[Any]) -> Any:
    by_role = {one.failover: one for one in records}
    primary, secondary = by_role.get("PRIMARY"), by_role.get("SECONDARY")
    if primary is None:
        return records[0] if records else None
    if _is_healthy(backend, primary) or secondary is None or not _is_healthy(backend, secondary):
        return primary
    return secondary


def _is_healthy(backend: Any, record: Any) -> bool:
    check = record.health_check_id
    return check is None or healthy(backend, backend.get_health_check(check))


def _data(record: Any) -> list[str]:
    if record.alias_target:
        return [str(record.alias_target["DNSName"]).rstrip(".")]
    return [str(one) for one in record.records]
