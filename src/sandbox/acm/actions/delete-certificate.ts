import { DeleteCertificate$, type DeleteCertificateCommandInput } from "@aws-sdk/client-acm";
import { action, AwsError } from "../../wire/action.ts";
import { getCertificate } from "../find.ts";
import { usersOf } from "../users.ts";

export const deleteCertificate = action(
  DeleteCertificate$,
  async (input: DeleteCertificateCommandInput, { world }): Promise<Record<string, never>> => {
    const { acm, account } = world;
    const { arn } = getCertificate(world, input.CertificateArn);
    if (usersOf(world, arn).length > 0) {
      throw new AwsError("ResourceInUseException", `Certificate ${arn} in account ${account} is in use.`);
    }
    delete acm.data.certificates[arn];
    delete acm.data.tags[arn];
    await acm.save();
    return {};
  },
);
