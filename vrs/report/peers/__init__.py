"""A report among its peers: what a reference set keeps of reports, and a report's place in it."""
