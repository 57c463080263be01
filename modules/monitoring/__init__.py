"""What is watched: dashboards, alarms, and whom they tell."""
