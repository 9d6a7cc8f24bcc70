"""The API of prospecting: activities, contacts, meetings, to read and to write."""
