"""Tests of telling people."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.test.utils import CaptureQueriesContext

Counted = Callable[[int], AbstractContextManager[CaptureQueriesContext]]
