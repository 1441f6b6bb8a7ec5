# Calls `exh-oauth1 sandbox --echo` with Perl's Net::OAuth, in every place. `run-echo` starts it.

use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;
use Net::OAuth;

$Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;
my $url = "$ENV{API_HOST}/any/path";
my %client = (
    consumer_key    => $ENV{API_OAUTH_CONSUMER_KEY},
    consumer_secret => $ENV{API_OAUTH_CONSUMER_SECRET},
);
my %token = (token => $ENV{API_OAUTH_TOKEN}, token_secret => $ENV{API_OAUTH_TOKEN_SECRET});
my $failed = 0;
my $nonce  = 0;
for my $place (qw(header query form)) {
    for my $method (qw(HMAC-SHA1 HMAC-SHA256 PLAINTEXT)) {
        for my $legs ('protected resource', 'consumer') {
            my $request = Net::OAuth->request($legs)->new(
                %client,
                ($legs eq 'consumer' ? () : %token),
                request_url      => $url,
                request_method   => 'POST',
                signature_method => $method,
                timestamp        => time,
                nonce            => "perl" . $nonce++,
                extra_params     => { b => 'x y', c => '&=' },
            );
            $request->sign;
            my %options = (headers => {});
            my $target  = $url;
            if ($place eq 'query') {
                $target = $request->to_url;
            } elsif ($place eq 'form') {
                $options{content} = $request->to_post_body;
            } else {
                $options{headers}{Authorization} = $request->to_authorization_header;
                $options{content} = 'b=x%20y&c=%26%3D';
            }
            $options{headers}{'Content-Type'} = 'application/x-www-form-urlencoded'
                if defined $options{content};
            my $response = HTTP::Tiny->new->request('POST', $target, \%options);
            my $body = decode_json($response->{content});
            my $found = $body->{signature} || {};
            $failed = 1
                if ($found->{place} || '') ne $place || ($found->{method} || '') ne $method;
            my $message = $body->{message} || '';
            print "Net::OAuth: $place, $method, $legs: $response->{status} $message\n";
        }
    }
}
exit $failed;
