"""Words of time: ``periods.find_periods`` finds them, ``dates`` places them in the calendar."""
