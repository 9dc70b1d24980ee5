"""The rules of applications: who may move them where, and what must be true first."""
