import { DeleteListener$, type DeleteListenerCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getListener } from "../find.ts";
import { removeListener } from "../remove-listener.ts";

export const deleteListener = action(
  DeleteListener$,
  async (input: DeleteListenerCommandInput, { world }): Promise<Record<string, never>> => {
    const record = getListener(world, input.ListenerArn);
    removeListener(world.elbv2, record);
    await world.elbv2.save();
    void dataPlaneOf(world).settle(record.loadBalancerArn);
    return {};
  },
);
