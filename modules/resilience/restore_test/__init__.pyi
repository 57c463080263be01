from .records import RestoreRecords as RestoreRecords
from .settings import RestoreCheck as RestoreCheck
from .settings import RestoreTestSettings as RestoreTestSettings
from .settings import SqlCheck as SqlCheck
