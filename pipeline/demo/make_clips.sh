#!/bin/sh
# Makes the sample clips of `manage.py demo` (they are shipped, so this is for changing them).
# Needs ffmpeg with libx264 and drawtext, and the DejaVu fonts. Run it in this folder.
#
# H.264 in yuv420p with the index in front: what every browser plays at once.
set -eu

clip() { # name, seconds, test picture, label
    ffmpeg -nostdin -loglevel error -y \
        -f lavfi -i "$3=size=640x360:rate=24:duration=$2" \
        -f lavfi -i "sine=frequency=440:beep_factor=2:duration=$2" \
        -vf "drawbox=y=ih-64:h=64:color=black@0.6:t=fill,\
drawtext=font='DejaVu Sans Mono':text='$4':fontcolor=white:fontsize=22:x=20:y=h-43,\
drawtext=font='DejaVu Sans Mono':timecode='10\:00\:00\:00':rate=24:fontcolor=white:fontsize=22:x=w-tw-20:y=h-43" \
        -c:v libx264 -preset veryslow -crf 30 -pix_fmt yuv420p -c:a aac -b:a 32k \
        -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact \
        "clips/$1"
}

clip UNDLM_00412_anim_v003.mov 3 testsrc2 'UNDLM 00412 anim v003'
clip UNDLM_00412_anim_v004.mov 5 testsrc2 'UNDLM 00412 anim v004'
clip UNDLM_00415_comp_v001.mp4 8 smptehdbars 'UNDLM 00415 comp v001'
