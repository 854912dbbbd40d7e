"""The app in the browser: thin pages over the actions."""
