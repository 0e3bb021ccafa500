"""An event-sourced core for after-sales service."""
