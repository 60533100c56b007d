import { launchInput } from "../../aws/compute/run-instance.ts";
import { userData } from "../../remote/user-data.ts";
import { instanceTrust, volumeSizeGib } from "../../steps/ec2/hosts.ts";
import { imageParameterFor } from "../../steps/ec2/image.ts";
import { roleNameOf } from "../../steps/ec2/observe.ts";
import { hostNames, managedPolicyForSsm } from "../../steps/ec2/plan.ts";
import type { Facts } from "../facts.ts";
import { reasonForAbsence, reasonIn, reasonsFor, type Reason, type Why } from "../reason.ts";
import { requestSource } from "../sources.ts";

/** The instance, its first boot and its role. */
export function instanceReasons(facts: Facts): Reason[] {
  const launch = launchOf(facts);
  const { UserData: _, ...rest } = launch;
  return [
    ...reasonsFor(requestSource("ec2 RunInstances", rest), launchWhys),
    reasonIn({ where: "ec2 RunInstances", text: userData() }, "UserData", /debian_\$architecture\/(\S+\.deb)/, {
      en: "A script for the first boot installs the SSM agent, which Debian's image does not bring along. It tries for five minutes, because the network may come up after it.",
      ja: "初回起動時のスクリプトで SSM エージェントをインストールします (Debian の AMI には入っていません)。ネットワークの準備が遅れることもあるため、5 分間は再試行します。",
    }),
    reasonForAbsence("ec2 RunInstances", "KeyName", "KeyName" in launch, {
      lesson: true,
      en: "No key pair: there is no SSH, so there is no private key that could be lost or end up in a repository. Who may enter is decided by IAM, and every command is recorded.",
      ja: "キーペアは使いません。SSH を使わないので、紛失したりリポジトリに混入したりする秘密鍵がそもそも存在しません。誰が操作できるかは IAM で決まり、実行したコマンドはすべて記録されます。",
    }),
    ...reasonsFor(
      requestSource("iam CreateRole", { AssumeRolePolicyDocument: instanceTrust(facts.region) }),
      trustWhys,
    ),
    ...reasonsFor(requestSource("iam AttachRolePolicy", { PolicyArn: managedPolicyForSsm }), {
      PolicyArn: {
        en: "Lets the SSM agent on the instance talk to SSM, and nothing else: it cannot read a bucket or change the instance. What the application may do is added in step s3, for one bucket.",
        ja: "インスタンス上の SSM エージェントが SSM と通信するための権限だけを与えます。バケットの読み取りやインスタンスの変更はできません。アプリケーションに必要な権限は、ステップ s3 で 1 つのバケットに限って追加します。",
      },
    }),
  ];
}

const launchOf = ({ stack, settings, idOf, tokenOf }: Facts): Partial<ReturnType<typeof launchInput>> => {
  const name = hostNames[0];
  const request = {
    imageId: imageParameterFor("amd64"),
    instanceType: settings.instanceType,
    subnetId: idOf("ec2:subnet", "public-a"),
    groupIds: [idOf("ec2:security-group", "host")],
    instanceProfileName: roleNameOf(stack),
    userData: userData(),
    volumeSizeGib,
    clientToken: tokenOf("ec2:instance", name),
  };
  return launchInput({ stack, step: "ec2", name }, request, "ROOT-DEVICE-NAME");
};

const one: Why = {
  en: "One instance: what stands on one leg can be understood and proved first. Redundancy comes when everything has left the instance's disk.",
  ja: "インスタンスは 1 台です。まず 1 台で理解し、確認します。冗長化するのは、データがインスタンスのディスクから外に出てからです。",
};
const goesAlong: Why = {
  en: "Goes when the instance goes, so that nothing is left that costs money.",
  ja: "インスタンスの終了と同時に削除します。料金のかかるものを残さないためです。",
};

const launchWhys: Readonly<Record<string, Why>> = {
  ImageId: {
    lesson: true,
    en: "Debian 13, found under the public parameter in which Debian publishes the id of its newest image. The hosts of the sandbox are Debian 13, too, so what was rehearsed is what is deployed, and its Ruby and Nginx get security updates without our doing.",
    ja: "OS は Debian 13 です。Debian が最新の AMI の ID を公開しているパラメータから調べます。sandbox のホストも Debian 13 なので、手元で試したものがそのまま AWS で動きます。Ruby や Nginx のパッケージには、Debian からセキュリティ更新が提供されます。",
  },
  InstanceType: {
    en: "A small machine is enough for an exercise, but not the smallest: in 1 GB of memory (t3.micro) gems or assets are killed while they are built.",
    ja: "練習には小さなインスタンスで十分ですが、小さすぎてもいけません。メモリが 1 GB (t3.micro) だと、gem のビルドやアセットのプリコンパイルがメモリ不足で強制終了されることがあります。",
  },
  MinCount: one,
  MaxCount: one,
  ClientToken: {
    en: "Makes a repeat harmless. When the answer is lost and the call is sent again with the same token, AWS returns the instance that it made already, instead of a second one that nobody knows of.",
    ja: "再実行しても二重に作成されないようにします。応答が失われて同じトークンで再送した場合、AWS は 2 台目を作らず、作成済みのインスタンスを返します。",
  },
  "IamInstanceProfile.Name": {
    lesson: true,
    en: "The instance takes a role, so no access key lies in any file. Programs on it get keys from the metadata service that are valid for hours and renewed by themselves.",
    ja: "インスタンスに IAM ロールを割り当てるので、アクセスキーをファイルに置く必要がありません。インスタンス上のプログラムは、数時間だけ有効で自動的に更新される認証情報をメタデータサービスから受け取ります。",
  },
  "NetworkInterfaces.DeviceIndex": {
    en: "The first network interface. Its settings stand here and not beside it, because a public address can be asked for only in this place.",
    ja: "1 つ目のネットワークインターフェイスです。パブリック IP アドレスの有無はここでしか指定できないため、サブネットなどもここに書きます。",
  },
  "NetworkInterfaces.SubnetId": {
    en: "The public subnet of the first zone, from which the instance reaches the package servers and SSM.",
    ja: "1 つ目の AZ のパブリックサブネットです。ここからパッケージの配布元や SSM に接続します。",
  },
  "NetworkInterfaces.Groups": {
    en: "The security group that lets in the load balancer alone.",
    ja: "ALB からの通信だけを許可するセキュリティグループです。",
  },
  "NetworkInterfaces.AssociatePublicIpAddress": {
    en: "For outgoing connections only: packages, gems, SSM. No rule lets anybody in over this address, the load balancer does not use it, and unlike an Elastic IP it is gone with the instance.",
    ja: "パッケージや gem の取得、SSM など、外向きの通信のためだけに使います。このアドレスへの接続を許可するルールはなく、ALB も使いません。Elastic IP と違い、インスタンスと一緒に消えます。",
  },
  "NetworkInterfaces.DeleteOnTermination": goesAlong,
  "MetadataOptions.HttpTokens": {
    lesson: true,
    en: "IMDSv2 only: whoever asks the metadata service for the role's keys must fetch a token first, with a PUT request. An application that is tricked into opening an address (SSRF) sends GET, and gets nothing.",
    ja: "メタデータサービスは IMDSv2 だけを許可します。ロールの認証情報を取得するには、先に PUT リクエストでトークンを受け取る必要があります。アプリケーションが攻撃者の指定した URL を開かされても (SSRF)、GET だけでは何も取得できません。",
  },
  "MetadataOptions.HttpPutResponseHopLimit": {
    en: "The token goes no further than the instance itself, so a container on it does not get the role's keys.",
    ja: "トークンの応答はインスタンスの外に 1 ホップも出られません。インスタンス上でコンテナを動かしても、ロールの認証情報は渡りません。",
  },
  "MetadataOptions.HttpEndpoint": {
    en: "The metadata service is on, because the role's keys come from it.",
    ja: "ロールの認証情報を受け取るため、メタデータサービスを有効にします。",
  },
  "BlockDeviceMappings.DeviceName": {
    en: "Asked of the image, because images name their root device differently. Under another name these settings would add a second disk instead of changing the first.",
    ja: "ルートデバイスの名前は AMI によって異なるため、AMI に問い合わせます。名前が違うと、既存のディスクの設定ではなく 2 つ目のディスクの追加になってしまいます。",
  },
  "BlockDeviceMappings.Ebs.Encrypted": {
    en: "What lies on the disk and in its snapshots is encrypted, at no cost and without our noticing it.",
    ja: "ディスクとスナップショットの内容を暗号化します。追加料金はなく、使い方も変わりません。",
  },
  "BlockDeviceMappings.Ebs.VolumeType": {
    en: "The present general type of disk: cheaper than gp2, and as fast at any size.",
    ja: "現行の汎用 SSD です。gp2 より安く、容量が小さくても一定の性能が出ます。",
  },
  "BlockDeviceMappings.Ebs.VolumeSize": {
    en: "In GiB: room for the system, Ruby, gems, logs and 1 GB of swap.",
    ja: "単位は GiB です。OS、Ruby、gem、ログ、1 GB のスワップが収まる大きさです。",
  },
  "BlockDeviceMappings.Ebs.DeleteOnTermination": goesAlong,
  TagSpecifications: {
    en: "Everything that we make carries tags with the stack's name. By them it is found again, even when the local records are lost, and nothing else is ever deleted.",
    ja: "作成したものにはすべて、スタック名などのタグを付けます。手元の記録が失われてもタグから探し出せ、ほかのものを誤って削除することもありません。",
  },
};

const trustWhys: Readonly<Record<string, Why>> = {
  "AssumeRolePolicyDocument.Version": {
    en: "The version of the policy language, not a date to change.",
    ja: "ポリシー言語のバージョンです。日付のように見えますが、変更するものではありません。",
  },
  "AssumeRolePolicyDocument.Statement.Effect": {
    en: "What no statement allows is denied.",
    ja: "許可と書かれていないことは、すべて拒否されます。",
  },
  "AssumeRolePolicyDocument.Statement.Principal.Service": {
    en: "Only EC2 may take this role, on behalf of an instance. A person or another account may not.",
    ja: "このロールを引き受けられるのは、インスタンスの代わりに働く EC2 サービスだけです。人やほかのアカウントは使えません。",
  },
  "AssumeRolePolicyDocument.Statement.Action": {
    en: "To take a role means to ask for its short-lived keys.",
    ja: "「ロールを引き受ける」とは、そのロールの一時的な認証情報を受け取ることです。",
  },
};
