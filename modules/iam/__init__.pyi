from .client_access import ClientAccess as ClientAccess
from .policy import Statement as Statement
from .policy import only_over_tls as only_over_tls
from .policy import policy_document as policy_document
