"""Who acts in the demo: agencies, officers, the city, firms and banks.

Officers and banks know what the API answers them, and nothing else. What is seen at a visit, and
what a firm says of itself, comes from the world and is written through the API before anybody
decides on it.
"""
