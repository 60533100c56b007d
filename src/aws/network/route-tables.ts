import type { Route } from "@aws-sdk/client-ec2";
import type { Network, RouteTable } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { deletion, tolerate } from "../deletion.ts";
import { collectPages, nameOf, ofStack } from "../filters.ts";
import { tagList } from "../tags.ts";

type Part = Pick<
  Network,
  "findRouteTables" | "createRouteTable" | "createRoute" | "associateRouteTable" | "deleteRouteTable"
>;

export function createRouteTables(clients: Clients): Part {
  return {
    async findRouteTables(stack) {
      const { paginateDescribeRouteTables } = await import("@aws-sdk/client-ec2");
      const pages = paginateDescribeRouteTables({ client: await clients.ec2() }, { Filters: ofStack(stack) });
      const tables = await collectPages(pages, (page) => page.RouteTables);
      return tables.map((table) => ({
        id: table.RouteTableId ?? "",
        name: nameOf(table),
        vpcId: table.VpcId ?? "",
        routes: (table.Routes ?? []).map(toRoute),
        associations: (table.Associations ?? []).flatMap((association) =>
          association.SubnetId
            ? [{ id: association.RouteTableAssociationId ?? "", subnetId: association.SubnetId }]
            : [],
        ),
      }));
    },

    async createRouteTable(identity, vpcId, clientToken) {
      const { CreateRouteTableCommand } = await import("@aws-sdk/client-ec2");
      const answer = await (
        await clients.ec2()
      ).send(
        new CreateRouteTableCommand({
          VpcId: vpcId,
          ClientToken: clientToken,
          TagSpecifications: [{ ResourceType: "route-table", Tags: tagList(identity) }],
        }),
      );
      return { id: answer.RouteTable?.RouteTableId ?? "", name: identity.name, vpcId, routes: [], associations: [] };
    },

    async createRoute(routeTableId, destination, gatewayId) {
      const { CreateRouteCommand, ReplaceRouteCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const route = { RouteTableId: routeTableId, DestinationCidrBlock: destination, GatewayId: gatewayId };
      let exists = true;
      await tolerate(async () => {
        await ec2.send(new CreateRouteCommand(route));
        exists = false;
      }, "RouteAlreadyExists");
      // A route to somewhere else (a gateway that is gone: "blackhole") stands in the way.
      if (exists) await ec2.send(new ReplaceRouteCommand(route));
    },

    async associateRouteTable(routeTableId, subnetId) {
      const { AssociateRouteTableCommand } = await import("@aws-sdk/client-ec2");
      await tolerate(
        async () =>
          (await clients.ec2()).send(
            new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }),
          ),
        "Resource.AlreadyAssociated",
      );
    },

    async deleteRouteTable({ id, associations }) {
      const { DeleteRouteTableCommand, DisassociateRouteTableCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      for (const association of associations) {
        await tolerate(
          () => ec2.send(new DisassociateRouteTableCommand({ AssociationId: association.id })),
          "InvalidAssociationID.NotFound",
        );
      }
      return deletion(
        () => ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })),
        "InvalidRouteTableID.NotFound",
      );
    },
  };
}

function toRoute({ DestinationCidrBlock, GatewayId }: Route): RouteTable["routes"][number] {
  return { destination: DestinationCidrBlock ?? "", ...(GatewayId ? { gatewayId: GatewayId } : {}) };
}
