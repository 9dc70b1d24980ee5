"""Starts the driver once Django is ready; see tests.faults.driver."""

from importlib import import_module

import django

django.setup()
import_module("tests.faults.driver").main()
