import { operations } from "../../aws/operations.ts";
import { everywhere, ruleKey, subnetsOf } from "../../steps/ec2/layout.ts";
import { groupNames, openPorts, wantedRules } from "../../steps/ec2/plan.ts";
import { vpcAttributes } from "../../aws/network/vpcs.ts";
import type { Facts } from "../facts.ts";
import { reasonForAbsence, reasonsFor, type Reason } from "../reason.ts";
import { requestSource } from "../sources.ts";

/** VPC, subnets, routes and security groups. */
export function networkReasons(facts: Facts): Reason[] {
  return [
    ...reasonsFor(requestSource("ec2 CreateVpc", { CidrBlock: facts.vpcCidr }), {
      CidrBlock: {
        en: "The addresses inside the VPC are private ones (RFC 1918), which do not exist on the internet. 10.5 stands for lecture 5; when it is in use already, the next free range is taken.",
        ja: "VPC の中で使うのはプライベート IP アドレス (RFC 1918) で、インターネットからは届きません。10.5 は第 5 回の講義にちなんだ範囲で、すでに使われていれば次の空いている範囲を使います。",
      },
    }),
    ...reasonsFor(requestSource("ec2 ModifyVpcAttribute", vpcAttributes), {
      "EnableDnsHostnames.Value": {
        en: "Instances and, later, the database get names, which resolve to their private addresses inside the VPC.",
        ja: "インスタンスや、あとで追加するデータベースに DNS 名が付き、VPC の中ではプライベート IP アドレスに解決されます。",
      },
    }),
    ...reasonsFor({ where: "ec2 CreateSubnet", settings: subnets(facts) }, subnetWhys(facts)),
    ...reasonsFor(
      requestSource("ec2 CreateRoute", {
        DestinationCidrBlock: everywhere,
        GatewayId: facts.idOf("ec2:internet-gateway", "internet-gateway"),
      }),
      {
        DestinationCidrBlock: {
          lesson: true,
          en: "A subnet is public because its route table has a route to the internet gateway, and for no other reason. Without this route the instance could not fetch packages and SSM would not reach it. The private subnets have none.",
          ja: "パブリックサブネットとプライベートサブネットの違いは、ルートテーブルにインターネットゲートウェイへのルートがあるかどうかだけです。このルートがないと、インスタンスはパッケージを取得できず、SSM からも接続できません。プライベートサブネットのルートテーブルにはありません。",
        },
        GatewayId: {
          en: "The VPC's door to the internet. It costs nothing and is not a single point of failure: AWS runs it in all zones.",
          ja: "VPC とインターネットをつなぐ出入口です。料金はかからず、AWS がすべての AZ にまたがって冗長化しています。",
        },
      },
    ),
    reasonForAbsence("ec2 CreateNatGateway", "NAT gateway", isCalled("CreateNatGateway"), {
      en: "Instances in private subnets would need one for their way to the internet, and it costs about as much as the load balancer. Ours stand in public subnets and are closed by their security group, which costs nothing.",
      ja: "プライベートサブネットのインスタンスがインターネットに出るには NAT ゲートウェイが必要ですが、料金がロードバランサーと同じくらい、またはそれ以上かかります。ここではパブリックサブネットに置いて、セキュリティグループで閉じます (無料)。",
    }),
    reasonForAbsence("ec2 AssociateAddress", "Elastic IP", isCalled("AssociateAddress"), {
      lesson: true,
      en: "The load balancer and the instance talk over private addresses inside the VPC, never over an Elastic IP. Traffic to a public address takes the way through the internet gateway: the security group could no longer name the load balancer's group as its source, the transfer would cost money, and there would be a way in around the load balancer.",
      ja: "ALB とインスタンスの通信にはプライベート IP アドレスを使い、Elastic IP は使いません。パブリック IP アドレスあての通信はインターネットゲートウェイを経由するため、「ALB のセキュリティグループから」という許可が効かず、データ転送料もかかり、ALB を通らない入口もできてしまいます。",
    }),
    ...reasonsFor({ where: "ec2 AuthorizeSecurityGroupIngress", settings: rules(facts) }, ruleWhys),
    reasonForAbsence("ec2 AuthorizeSecurityGroupIngress", "port 22", rules(facts).some(opensSsh), {
      lesson: true,
      en: "No rule for SSH, because SSM needs no inbound rule at all. Its agent on the instance asks AWS for work over HTTPS, so the connection goes outwards.",
      ja: "SSH のためのインバウンドルールはありません。SSM では、インスタンス上のエージェントが HTTPS で AWS に問い合わせるので、通信は内側から外側に向かい、インバウンドルールは 1 つも必要ありません。",
    }),
  ];
}

const isCalled = (operation: string): boolean => (operations.ec2 as readonly string[]).includes(operation);

const subnets = ({ vpcCidr, zones }: Facts) =>
  subnetsOf(vpcCidr, zones).map(({ name, cidr, availabilityZone }) => ({ name, value: `${cidr} ${availabilityZone}` }));

function subnetWhys({ vpcCidr, zones }: Facts) {
  return Object.fromEntries(
    subnetsOf(vpcCidr, zones).map((subnet) => [subnet.name, subnet.public ? publicSubnet : privateSubnet]),
  );
}

const publicSubnet = {
  lesson: true,
  en: "One public subnet in each of two Availability Zones, because a load balancer must stand in at least two. A zone is one or more data centres with power and network of their own; when one fails, the other goes on. /24 leaves room for 251 addresses (AWS keeps five).",
  ja: "パブリックサブネットは、2 つのアベイラビリティーゾーン (AZ) に 1 つずつあります。ALB には 2 つ以上の AZ のサブネットが必要だからです。AZ は電源やネットワークが独立したデータセンターの集まりで、片方に障害が起きても、もう片方は動き続けます。/24 で使えるアドレスは 251 個です (5 個は AWS が予約)。",
} as const;

const privateSubnet = {
  en: "One private subnet in each zone, for the database that comes later. Nobody outside has any business with it, so there is no route to the internet.",
  ja: "プライベートサブネットも AZ ごとに 1 つあり、あとで追加するデータベース (RDS) を置きます。外部と直接通信する必要がないので、インターネットへのルートはありません。",
};

function rules({ idOf, allow, settings }: Facts) {
  const allowed = { sources: allow, ports: openPorts(settings.certificateArn) };
  const id = idOf("ec2:security-group", "load-balancer");
  const groups = [{ id, name: "load-balancer", vpcId: "", ingress: [] }];
  return groupNames.flatMap((name) =>
    wantedRules(name, { groups }, allowed).map((rule) => ({ name: `security group ${name}`, value: ruleKey(rule) })),
  );
}

const opensSsh = ({ value }: { value: string }): boolean => / (22|\d+-\d+) from /.test(value);

const ruleWhys = {
  "security group load-balancer": {
    en: "Only those who may see the page reach the load balancer. Without --allow that is your own address alone, so that an exercise is not open to the whole internet.",
    ja: "ALB に接続できるのは、ページを見てよい人だけです。--allow を指定しなければ自分の IP アドレスだけを許可し、練習用の環境を全世界に公開しないようにします。",
  },
  "security group host": {
    lesson: true,
    en: "The instance takes HTTP from the load balancer's security group and from nobody else. The rule names the group and not addresses, because a load balancer's addresses change while it grows and shrinks.",
    ja: "インスタンスのインバウンドルールは、ALB のセキュリティグループからの HTTP だけです。ソースに IP アドレスではなくセキュリティグループを指定するのは、ALB の IP アドレスが増減や入れ替えで変わるためです。",
  },
} as const;
