/** What a host says of itself on port 80. */
export interface Page {
  readonly instance: string;
  readonly zone: string;
  readonly hostName: string;
  readonly machine: string;
  /** The id of the key that its role gave it. */
  readonly key: string;
}

/**
 * User data of the host from which the image is made: a small web server as an enabled unit, so that clones bring it up by
 * themselves. What it says is asked anew at each start. `/slow` takes two seconds; Perl is in every Debian.
 */
export const pageHost = `#!/bin/sh
cat > /usr/local/bin/page <<'EOF'
#!/bin/sh
metadata=http://169.254.169.254/latest
token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
get() { curl -s -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
role=$(get iam/security-credentials/)
key=$(get "iam/security-credentials/$role" | sed -n 's/.*"AccessKeyId" *: *"\\([^"]*\\)".*/\\1/p')
export PAGE="{\\"instance\\":\\"$(get instance-id)\\",\\"zone\\":\\"$(get placement/availability-zone)\\",\\"hostName\\":\\"$(hostname)\\",\\"machine\\":\\"$(cat /etc/machine-id)\\",\\"key\\":\\"$key\\"}"
exec perl -MIO::Socket::INET -e '
  $SIG{CHLD} = "IGNORE";
  $listener = IO::Socket::INET->new(LocalPort => 80, Listen => 100, ReuseAddr => 1) or die;
  while (1) {
    $client = $listener->accept or next;
    if (fork) { close $client; next }
    $first = <$client>;
    while (defined($line = <$client>) && $line =~ /\\S/) {}
    sleep 2 if $first =~ m{ /slow };
    print $client "HTTP/1.1 200 OK\\r\\nContent-Length: " . length($ENV{PAGE}) . "\\r\\nConnection: close\\r\\n\\r\\n$ENV{PAGE}";
    close $client;
    exit;
  }'
EOF
chmod +x /usr/local/bin/page
cat > /etc/systemd/system/page.service <<'EOF'
[Service]
ExecStart=/usr/local/bin/page
Restart=always
RestartSec=0.2
[Install]
WantedBy=multi-user.target
EOF
systemctl enable --now page
`;
