import { learnSecrets } from "../records/redact.ts";
import type { Parameters } from "../ports/parameters.ts";
import type { Clients } from "./clients.ts";
import { collectPages } from "./filters.ts";
import { nameTaken } from "./name-taken.ts";
import { stackTag, tagList } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";

const absent = "ParameterNotFound";

/** The parameters port over SSM. */
export function createParameters(clients: Pick<Clients, "ssm">): Parameters {
  async function find(stack: string) {
    const { paginateDescribeParameters } = await import("@aws-sdk/client-ssm");
    const filters = [{ Key: `tag:${stackTag}`, Values: [stack] }];
    const pages = paginateDescribeParameters({ client: await clients.ssm() }, { ParameterFilters: filters });
    const found = await collectPages(pages, (page) => page.Parameters);
    return found.map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
  }

  async function read(name: string): Promise<string | undefined> {
    const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    try {
      const { Parameter } = await (await clients.ssm()).send(command);
      learnSecrets(Parameter?.Value);
      return Parameter?.Value;
    } catch (error) {
      if (isAwsError(error, absent)) return undefined;
      throw error;
    }
  }

  return {
    find,
    read,

    async putSecret(identity, name, value) {
      const { PutParameterCommand } = await import("@aws-sdk/client-ssm");
      learnSecrets(value);
      const { stack } = identity;
      const Description = `lecture05: ${identity.name} of the stack ${stack}`;
      const request = { Name: name, Value: value, Type: "SecureString", Tags: tagList(identity), Description } as const;
      try {
        await (await clients.ssm()).send(new PutParameterCommand(request));
        return value;
      } catch (error) {
        if (!isAwsError(error, "ParameterAlreadyExists")) throw error;
        const isOurs = (await find(stack)).some((it) => it.name === name);
        if (!isOurs) throw nameTaken({ en: "parameter", ja: "パラメータ" }, name, name, undefined, error);
        // A call before, whose answer was lost, or another run: what is kept there counts.
        return (await read(name)) ?? value;
      }
    },

    async delete(name) {
      const { DeleteParameterCommand } = await import("@aws-sdk/client-ssm");
      try {
        await (await clients.ssm()).send(new DeleteParameterCommand({ Name: name }));
        return "deleted";
      } catch (error) {
        if (isAwsError(error, absent)) return "absent";
        throw error;
      }
    },
  };
}
