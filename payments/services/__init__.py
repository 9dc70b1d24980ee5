"""The only writers of what is owed and paid."""
