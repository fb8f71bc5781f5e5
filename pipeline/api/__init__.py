"""The HTTP API, `/api/v1/`: doors to what the admin and the command line do. docs/api.md has it."""
