"""What AWS's regions and engines offer, as a dated table, and checks against it. Pure."""
