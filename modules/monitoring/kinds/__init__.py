"""What each kind of thing is watched by: its widgets, its alarms and why their figures are what they are."""
