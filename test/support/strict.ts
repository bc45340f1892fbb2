import { faults } from "../../server/core/faults";

faults.areThrown = true;
