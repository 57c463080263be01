"""`infra restore-test`: the newest copy of a database restored apart, checked, recorded and deleted again."""

from operations.restore_test.command import restore_test

__all__ = ["restore_test"]
