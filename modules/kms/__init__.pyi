from .key import Key as Key
