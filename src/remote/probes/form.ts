/**
 * A form through Rails: its token in the page and the session's cookie are needed, so this does what a browser does.
 * Prints the statuses of making, showing and deleting the record, and what else was wrong.
 */
export const formFunctions = `
token_in() { sed -n 's/.*name="authenticity_token" value="\\([^"]*\\)".*/\\1/p' "$1" | head -n 1; }

# form_post FILE CURL-ARGUMENTS...: FILE is a picture to send along, or empty.
form_post() {
  file=$1
  shift
  way=$*
  work=$(mktemp -d)
  fruit="lecture05 check $(date +%s) $$"
  # Nothing stays behind, also when the upload failed after the record was saved, or somebody stops us in between.
  trap 'remove_fruit; rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM

  fetch -o "$work/form" "$site/fruits/new"
  made=$(fetch -o /dev/null -w '%{http_code} %{redirect_url}' \\
    --form-string "authenticity_token=$(token_in "$work/form")" --form-string "fruit[name]=$fruit" \\
    \${file:+-F "fruit[picture]=@$file;type=image/png"} "$site/fruits")
  case "$made" in
    */fruits/*) record=$site/fruits/\${made##*/fruits/} ;;
    *)
      echo "\${made%% *} - -"
      return
      ;;
  esac

  shown=$(fetch -o "$work/page" -w '%{http_code}' "$record")
  wrong=
  grep -qF "$fruit" "$work/page" || wrong="$wrong, the name is not on the page"
  if [ -n "$file" ]; then
    source=$(sed -n 's/.*<img[^>]* src="\\([^"]*\\)".*/\\1/p' "$work/page" | head -n 1 | sed 's,^https*://[^/]*,,')
    picture=$(fetch -L -o /dev/null -w '%{http_code} %{content_type}' "$site\${source:-/no-picture}")
    case "$picture" in
      "200 image/"*) ;;
      *) wrong="$wrong, picture: $picture" ;;
    esac
  fi

  deleted=$(fetch -o /dev/null -w '%{http_code}' --form-string _method=delete \\
    --form-string "authenticity_token=$(token_in "$work/page")" "$record")
  gone=$(fetch -o /dev/null -w '%{http_code}' "$record")
  if [ "$gone" = 404 ]; then fruit=; else wrong="$wrong, after deletion: $gone"; fi
  echo "\${made%% *} $shown $deleted$wrong"
}

# shellcheck disable=SC2086 # several arguments, none with a blank in it
fetch() {
  if ! by_https; then
    curl -s --noproxy '*' --max-time 60 -b "$work/cookies" -c "$work/cookies" $way "$@"
    return
  fi
  # curl keeps secure cookies for https, and TLS has ended before this host.
  curl -s --noproxy '*' --max-time 60 -b "$(cat "$work/cookies" 2>/dev/null)" -D "$work/headers" $way "$@"
  set_cookies=$(sed -n 's/^[Ss]et-[Cc]ookie: *\\([^;]*\\).*/\\1/p' "$work/headers" | paste -sd ';' -)
  [ -z "$set_cookies" ] || printf '%s' "$set_cookies" >"$work/cookies"
}

# Deletes what was made under the name of this check and is still there.
remove_fruit() {
  [ -n "$fruit" ] || return 0
  fetch "$site/" | sed -n 's,.*href="\\([^"?]*/fruits/[0-9]*\\)[^>]*>'"$fruit"'</a>.*,\\1,p' | while read -r path; do
    fetch -o "$work/page" "$site$path"
    fetch -o /dev/null --form-string _method=delete --form-string "authenticity_token=$(token_in "$work/page")" "$site$path"
  done
}`;

/**
 * Makes a picture above Nginx's default limit of 1 MB. Its size is that of a chunk which no reader knows and each passes
 * over, as PNG wants it (PNG specification, 5.4): reducing as many pixels would take the host longer than all else.
 */
export const pictureFunction = String.raw`
# big_picture FILE: a PNG of one pixel and a little more than 2 MB.
big_picture() {
  {
    printf '\211PNG\r\n\032\n'
    printf '\000\000\000\015IHDR\000\000\000\001\000\000\000\001\010\002\000\000\000\220wS\336'
    printf '\000!\221\300paDd' && head -c 2200000 /dev/zero && printf '\224\332|\264'
    printf '\000\000\000\014IDATx\332c8!g\003\000\002\324\001#L\237\013\332'
    printf '\000\000\000\000IEND\256B\140\202'
  } >"$1"
}`;
