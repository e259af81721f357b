"""The app seen from outside: a real Chromium that times and photographs it."""
