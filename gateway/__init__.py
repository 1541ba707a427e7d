"""The one door of the platform: knows who calls, decides whether they may, hands the call on.

Owns partners (agencies and banks) and the audit of every access.
Consumes cases.officer.changed: officers with their roles and districts.
Emits gateway.partner.changed.
"""
