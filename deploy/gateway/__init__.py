"""The one address of a system on one machine: passes requests on to the services, and in demo mode opens the doors."""
