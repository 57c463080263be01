from .certificate import Certificate as Certificate
from .records import DnsRecord as DnsRecord
from .settings import CertificateSettings as CertificateSettings
from .settings import HostedZoneSettings as HostedZoneSettings
from .zone import HostedZone as HostedZone
