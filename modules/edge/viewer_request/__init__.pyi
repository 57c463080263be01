from .steps import Step as Step
from .steps import answer_while_paused as answer_while_paused
from .steps import redirect_hosts as redirect_hosts
from .steps import serve_entry_page as serve_entry_page
from .viewer_request import ViewerRequest as ViewerRequest
