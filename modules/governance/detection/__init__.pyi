from .access_analyzer import AccessAnalyzer as AccessAnalyzer
from .finding_events import events_of_findings as events_of_findings
from .findings import Findings as Findings
from .guard_duty import GuardDuty as GuardDuty
from .security_hub import SecurityHub as SecurityHub
from .settings import AccessAnalyzerSettings as AccessAnalyzerSettings
from .settings import GuardDutySettings as GuardDutySettings
from .settings import SecurityHubSettings as SecurityHubSettings
