import type { InternetGateway, Network } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { createOnce } from "../create-once.ts";
import { deletion, tolerate } from "../deletion.ts";
import { collectPages, ofStack } from "../filters.ts";
import { tagList } from "../tags.ts";
import type { AdapterOptions } from "../wait.ts";

type Part = Pick<
  Network,
  | "findInternetGateway"
  | "findInternetGateways"
  | "createInternetGateway"
  | "attachInternetGateway"
  | "deleteInternetGateway"
>;

export function createGateways(clients: Clients, options: AdapterOptions): Part {
  async function findInternetGateways(stack: string): Promise<InternetGateway[]> {
    const { paginateDescribeInternetGateways } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeInternetGateways({ client: await clients.ec2() }, { Filters: ofStack(stack) });
    const gateways = await collectPages(pages, (page) => page.InternetGateways);
    return gateways.map(({ InternetGatewayId = "", Attachments }) => {
      const attachedVpcId = Attachments?.[0]?.VpcId;
      return { id: InternetGatewayId, ...(attachedVpcId ? { attachedVpcId } : {}) };
    });
  }

  return {
    findInternetGateways,
    findInternetGateway: async (stack) => (await findInternetGateways(stack))[0],

    async createInternetGateway(identity) {
      const { CreateInternetGatewayCommand } = await import("@aws-sdk/client-ec2");
      const command = new CreateInternetGatewayCommand({
        TagSpecifications: [{ ResourceType: "internet-gateway", Tags: tagList(identity) }],
      });
      const ec2 = await clients.ec2();
      const send = async (): Promise<InternetGateway> => {
        const { InternetGateway: made } = await ec2.send(command);
        return { id: made?.InternetGatewayId ?? "" };
      };
      const find = async () => (await findInternetGateways(identity.stack))[0];
      return createOnce(options, { command, send, find });
    },

    async attachInternetGateway(gatewayId, vpcId) {
      const { AttachInternetGatewayCommand } = await import("@aws-sdk/client-ec2");
      await tolerate(
        async () =>
          (await clients.ec2()).send(new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId })),
        "Resource.AlreadyAssociated",
      );
    },

    async deleteInternetGateway({ id, attachedVpcId }) {
      const { DeleteInternetGatewayCommand, DetachInternetGatewayCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      if (attachedVpcId) {
        // A public address that is still mapped holds the gateway: DependencyViolation.
        const detached = await deletion(
          () => ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: attachedVpcId })),
          "Gateway.NotAttached",
          "InvalidInternetGatewayID.NotFound",
        );
        if (detached === "in-use") return "in-use";
      }
      return deletion(
        () => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })),
        "InvalidInternetGatewayID.NotFound",
      );
    },
  };
}
