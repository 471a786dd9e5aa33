PREFIX law: <
