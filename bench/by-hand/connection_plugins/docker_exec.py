"""Ansible's commands through `docker exec`: Debian's ansible-core has no Docker connection of its own."""

import subprocess

from ansible.errors import AnsibleError
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: docker_exec
short_description: docker exec
description: Runs tasks in a container of this machine, as root.
author: lecture05
options: {}
"""


class Connection(ConnectionBase):
    transport = "docker_exec"
    # A module goes in through standard input: one call instead of four.
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    def exec_command(self, cmd, in_data=None, sudoable=False):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        # /bin/sh -c, as the shell plugin has already quoted it.
        return self._docker(["/bin/sh", "-c", cmd], in_data)

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with open(in_path, "rb") as file:
            self._copy(["/bin/sh", "-c", f"cat >'{out_path}'"], file.read())

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        content = self._copy(["cat", in_path], None)
        with open(out_path, "wb") as file:
            file.write(content)

    def close(self):
        self._connected = False

    def _docker(self, command, in_data):
        argv = ["docker", "exec", "-i", self._play_context.remote_addr, *command]
        done = subprocess.run(argv, input=in_data or b"", capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def _copy(self, command, in_data):
        code, stdout, stderr = self._docker(command, in_data)
        if code != 0:
            raise AnsibleError(f"{command}: {stderr.decode(errors='replace')}")
        return stdout
