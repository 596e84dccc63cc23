"""Task queues: one for the cases, one for the ledger, one for each gateway, so that each has a rate of its own."""

WORKFLOWS = "arrears-cases"
LEDGER = "arrears-ledger"
CORE_BANKING = "arrears-core-banking"
CREDIT_BUREAU = "arrears-credit-bureau"
MESSAGING = "arrears-messaging"
TELEPHONY = "arrears-telephony"
