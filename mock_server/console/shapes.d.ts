// The shapes of what the mock answers, for the type checker alone. What is below `generated` is made from
// the two OpenAPI documents when the types are checked, so the console cannot use what they do not describe.

import type { components as Control, operations as ControlOperations } from "./generated/control";
import type { components as Contract } from "./generated/contract";

export type State = Control["schemas"]["State"];
export type StateChange = Control["schemas"]["StateChange"];
export type Faults = State["faults"];
export type Organization = Control["schemas"]["Organization"];
export type Facility = Organization["facilities"][number];
export type Exchange = Control["schemas"]["Exchange"];
export type Violation = Control["schemas"]["Violation"];
export type Scenario =
  ControlOperations["listScenarios"]["responses"]["200"]["content"]["application/json"]["items"][number];

export type Invoice = Contract["schemas"]["Invoice"];
export type InvoiceUpdate = Contract["schemas"]["InvoiceUpdate"];
export type CupsGroup = Contract["schemas"]["CupsGroup"];
export type CupsConsolidation = Contract["schemas"]["CupsConsolidation"];
export type CupsConsolidated = Contract["schemas"]["CupsConsolidated"];
export type Recalculation = Contract["schemas"]["Recalculation"];
export type RecalculationStarted = Contract["schemas"]["RecalculationStarted"];
export type Page<Item> = Omit<Control["schemas"]["Page"], "items"> & { items: Item[] };
