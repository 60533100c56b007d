import { evidence, applyStep, automatic, when, type Layer } from "../layer.ts";
import type { View } from "../facts.ts";

const publicTable = ({ ec2 }: View) => ec2?.routeTables.find(({ name }) => name === "public");

/** The way between the VPC and the internet: gateway, route, association. */
export const routesLayer: Layer = {
  name: "routes",
  title: { en: "Internet gateway and route tables", ja: "インターネットゲートウェイとルートテーブル" },
  since: "ec2",
  scope: "stack",
  observed: (view) =>
    publicTable(view)
      ?.routes.flatMap(({ destination, gatewayId }) => (gatewayId ? `${destination} via ${gatewayId}` : []))
      .join(", ") || undefined,
  diagnoses: [
    {
      code: "GATEWAY_DETACHED",
      logLines: ["curl: (28) Connection timed out"],
      cause: {
        en: "The internet gateway is not attached to the VPC: nobody comes in, and the hosts do not reach SSM or Debian's mirrors",
        ja: "インターネットゲートウェイが VPC にアタッチされていません。外部からの接続も、SSM やパッケージ取得もできません",
      },
      fix: automatic(applyStep("ec2")),
      find: ({ ec2 }) =>
        when(
          ec2?.vpc && ec2.gateway?.attachedVpcId !== ec2.vpc.id,
          evidence(
            "aws ec2 describe-internet-gateways",
            ec2?.gateway ? `Attachments ${ec2.gateway.attachedVpcId ?? "none"}` : "no internet gateway",
            ec2?.gateway?.attachedVpcId ?? "none",
          ),
        ),
    },
    {
      code: "ROUTE_MISSING",
      logLines: ["curl: (28) Connection timed out", "dial tcp: i/o timeout"],
      cause: {
        en: "The public subnets' route table has no route 0.0.0.0/0 to the internet gateway: nobody comes in, and the hosts do not reach SSM",
        ja: "パブリックサブネットのルートテーブルに、インターネットゲートウェイへのルート (0.0.0.0/0) がありません",
      },
      fix: automatic(applyStep("ec2")),
      find: (view) => {
        const table = publicTable(view);
        const gateway = view.ec2?.gateway;
        const routes = table?.routes.map(({ destination }) => destination).join(", ") || "none";
        return when(
          table &&
            gateway &&
            !table.routes.some((route) => route.destination === "0.0.0.0/0" && route.gatewayId === gateway.id),
          evidence(`aws ec2 describe-route-tables --route-table-ids ${table?.id}`, `routes: ${routes}`, routes),
        );
      },
    },
    {
      code: "SUBNET_NOT_ROUTED",
      logLines: ["curl: (28) Connection timed out"],
      cause: {
        en: "A public subnet is not associated with the public route table, so it has no way to the internet",
        ja: "パブリックサブネットがパブリック用ルートテーブルに関連付けられていません",
      },
      fix: automatic(applyStep("ec2")),
      find: (view) => {
        const table = publicTable(view);
        const stray = view.ec2?.subnets.find(
          ({ id, name }) =>
            name.startsWith("public-") && table && !table.associations.some(({ subnetId }) => subnetId === id),
        );
        return when(
          stray !== undefined,
          evidence(
            `aws ec2 describe-route-tables --route-table-ids ${table?.id}`,
            `${stray?.id} (${stray?.name}) is not associated`,
            stray?.id ?? "",
          ),
        );
      },
    },
  ],
};
